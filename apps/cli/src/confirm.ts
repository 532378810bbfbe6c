import { createInterface } from "node:readline/promises";
import { RainhooksError } from "@rainhooks/core";

/**
 * Asks on the terminal whether to do something that cannot be undone.
 *
 * @throws {RainhooksError} `input-invalid` if there is no terminal.
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new RainhooksError("input-invalid", `${question} Confirm with --yes.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
