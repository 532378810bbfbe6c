import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { messageOf, wrongInput } from "@rainhooks/core/errors";
import { fromCaller } from "./caller.ts";

/**
 * Reads the text of a file; `-` is standard input.
 *
 * @param missing What to do if standard input is a terminal.
 * @throws {RainhooksError} `input-invalid` if it cannot be read.
 */
export async function readInput(file: string, missing: string): Promise<string> {
  if (file === "-" && process.stdin.isTTY) {
    throw wrongInput(`The file is missing. ${missing}`);
  }
  if (file === "-") return text(process.stdin);
  return readFile(fromCaller(file), "utf8").catch((error: unknown) => {
    throw wrongInput(`${file} cannot be read: ${messageOf(error)}`, error);
  });
}
