import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { messageOf, wrongInput } from "@rainhooks/core/errors";
import type { Param } from "../query/params/param.ts";
import { fromCaller, variableOf } from "./caller.ts";

/**
 * Reads a secret without echo, or from standard input. It is never an argument, which other
 * processes could see.
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

/**
 * Asks a question on the terminal.
 *
 * @throws {RainhooksError} `input-invalid` without a terminal; the message has the question.
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw wrongInput(`${question} Confirm with --yes.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/**
 * Reads the text of a file; `-` is standard input.
 *
 * @param missing What to do if standard input is a terminal.
 * @throws {RainhooksError} `input-invalid` if it cannot be read.
 */
export async function readInput(file: string, missing: string): Promise<string> {
  if (file === STDIN && process.stdin.isTTY) throw wrongInput(`The file is missing. ${missing}`);
  return file === STDIN ? text(process.stdin) : readText(file, "");
}

/** @param about What an error begins with. */
function readText(file: string, about: string): Promise<string> {
  return readFile(fromCaller(file), "utf8").catch((error: unknown) => {
    throw wrongInput(`${about}${file} cannot be read: ${messageOf(error)}`, error);
  });
}

const ENV = "env:";
const FILE = "file:";
const STDIN = "-";

/** How to say where a secret is. */
const SOURCES = "env:<variable>, file:<path>, or - for standard input";

/**
 * Reads a secret from where it is, so that it is not an argument, which other processes could see.
 * A line end after it is not part of it.
 *
 * @throws {RainhooksError} `input-invalid`, without the secret.
 */
export async function readSecret(option: string, source: string): Promise<string> {
  const secret = (await read(option, source)).replace(/\r?\n$/, "");
  if (secret !== "") return secret;
  throw wrongInput(
    `${option}: there is nothing at ${source === STDIN ? "standard input" : source}.`,
  );
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

/**
 * Reads a field that is secret from where it is; a list from several places, each with its name.
 */
export async function readSource(
  { readAll }: Pick<Param<unknown>, "readAll">,
  option: string,
  from: unknown,
): Promise<unknown> {
  if (readAll === undefined) return readSecret(option, String(from));
  const read: string[] = [];
  for (const one of [from].flat()) read.push(await readNamedSecret(option, String(one)));
  return read;
}

async function read(option: string, source: string): Promise<string> {
  if (source === STDIN) return text(process.stdin);
  if (source.startsWith(ENV)) {
    const name = source.slice(ENV.length);
    const value = variableOf(name);
    if (value === undefined)
      throw wrongInput(`${option}: the environment variable ${name} is not set.`);
    return value;
  }
  if (source.startsWith(FILE)) return readText(source.slice(FILE.length), `${option}: ${FILE}`);
  throw wrongInput(
    `${option} says where the secret is: ${SOURCES}. Is it the secret itself? It is not shown here.`,
  );
}
