import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { messageOf, wrongInput } from "@rainhooks/core/errors";
import { fromCaller, variableOf } from "./caller.ts";

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
  throw wrongInput(`${option}: there is nothing at ${source === STDIN ? "standard input" : source}.`);
}

/**
 * Reads a secret that has a name, such as `X-Api-Key=env:CRM_KEY`.
 *
 * @returns Name and secret, such as `X-Api-Key: abc`.
 * @throws {RainhooksError} `input-invalid`, without the secret.
 */
export async function readNamedSecret(option: string, text: string): Promise<string> {
  const at = text.indexOf("=");
  const name = text.slice(0, Math.max(0, at)).trim();
  if (name === "" || name.includes(":"))
    throw wrongInput(`${option} is a name and a place, such as 'X-Api-Key=env:CRM_KEY'.`);
  return `${name}: ${await readSecret(`${option} ${name}`, text.slice(at + 1).trim())}`;
}

async function read(option: string, source: string): Promise<string> {
  if (source === STDIN) return text(process.stdin);
  if (source.startsWith(ENV)) {
    const name = source.slice(ENV.length);
    const value = variableOf(name);
    if (value === undefined) throw wrongInput(`${option}: the environment variable ${name} is not set.`);
    return value;
  }
  if (source.startsWith(FILE)) {
    return readFile(fromCaller(source.slice(FILE.length)), "utf8").catch((error: unknown) => {
      throw wrongInput(`${option}: ${source} cannot be read: ${messageOf(error)}`);
    });
  }
  throw wrongInput(
    `${option} says where the secret is: ${SOURCES}. Is it the secret itself? It is not shown here.`,
  );
}
