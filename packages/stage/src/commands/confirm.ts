import { createInterface } from "node:readline/promises";
import { wrongInput } from "@rainhooks/core/errors";

/**
 * Asks a question on the terminal.
 *
 * @throws {RainhooksError} `input-invalid` without a terminal; the message has the question.
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw wrongInput(`${question} Confirm with --yes.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
