import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { wrongInput } from "@rainhooks/core/errors";

/**
 * Reads a secret without echo, or from standard input. It is never an argument, which other processes could
 * see.
 *
 * @param name What is asked for, such as `Password`.
 */
export async function askSecret(name: string): Promise<string> {
  if (!process.stdin.isTTY) {
    const [line = ""] = (await text(process.stdin)).split(/\r?\n/);
    if (line === "") throw wrongInput(`There is no ${name.toLowerCase()} on standard input.`);
    return line;
  }
  process.stderr.write(`${name}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  const secret = await terminal.question("");
  terminal.close();
  process.stderr.write("\n");
  return secret;
}
