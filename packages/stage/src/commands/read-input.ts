import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { fromCaller } from "./caller.ts";

/**
 * Reads the text of a file; `-` is standard input.
 *
 * @param missing What to do if standard input is a terminal.
 * @throws {RainhooksError} `input-invalid` if it cannot be read.
 */
export async function readInput(file: string, missing: string): Promise<string> {
  if (file === "-" && process.stdin.isTTY) {
    throw new RainhooksError("input-invalid", `The file is missing. ${missing}`);
  }
  if (file === "-") return text(process.stdin);
  return readFile(fromCaller(file), "utf8").catch((error: unknown) => {
    throw new RainhooksError("input-invalid", `${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  });
}
