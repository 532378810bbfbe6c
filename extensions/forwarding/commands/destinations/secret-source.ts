import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { fromCaller, variableOf } from "@rainhooks/stage/commands/caller";

const ENV = "env:";
const FILE = "file:";
const STDIN = "-";

/** How to say where a secret is. */
const SOURCES = "env:<variable>, file:<path>, or - for standard input";

/**
 * Reads a secret from where it is, so that it is not an argument, which other processes could see. A line end
 * after it is not part of it.
 *
 * @throws {RainhooksError} `input-invalid`, without the secret.
 */
export async function readSecret(option: string, source: string): Promise<string> {
  const secret = (await read(option, source)).replace(/\r?\n$/, "");
  if (secret !== "") return secret;
  throw invalid(`${option}: there is nothing at ${source === STDIN ? "standard input" : source}.`);
}

async function read(option: string, source: string): Promise<string> {
  if (source === STDIN) return text(process.stdin);
  if (source.startsWith(ENV)) {
    const name = source.slice(ENV.length);
    const value = variableOf(name);
    if (value === undefined) throw invalid(`${option}: the environment variable ${name} is not set.`);
    return value;
  }
  if (source.startsWith(FILE)) {
    return readFile(fromCaller(source.slice(FILE.length)), "utf8").catch((error: unknown) => {
      throw invalid(`${option}: ${source} cannot be read: ${messageOf(error)}`);
    });
  }
  throw invalid(
    `${option} says where the secret is: ${SOURCES}. Is it the secret itself? It is not shown here.`,
  );
}

function invalid(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
