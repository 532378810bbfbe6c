import { RainhooksError } from "@rainhooks/core/errors";
import { mistakeText } from "@rainhooks/core/mistake";
import { type RequestFields, readRequest } from "../operations/read-request.ts";
import type { Param, Params, ValuesOf } from "../query/params/param.ts";
import { flagOf } from "./options.ts";
import { readWords, UsageMistake } from "./usage.mjs";

/**
 * Reads the flags of a program, which takes no other arguments.
 *
 * @returns Their values, and the names of those that were given.
 * @throws {UsageMistake} with the flags that are wrong, in one line.
 */
export function readFlags<Of extends Params>(params: Of, args: readonly string[]) {
  const flags = Object.entries(params).map(([name, { placeholder, readAll, hasCommas }]) => {
    const type = placeholder === undefined ? "boolean" : "string";
    return {
      name,
      flag: flagOf(name).slice(2),
      type,
      multiple: readAll !== undefined && hasCommas !== true,
    } as const;
  });
  const { values, positionals } = readWords(
    args,
    Object.fromEntries(flags.map(({ flag, ...one }) => [flag, one])),
  );
  if (positionals[0] !== undefined)
    throw new UsageMistake(`There is no argument ${positionals[0]}.`);
  const given = Object.fromEntries(flags.map(({ name, flag }) => [name, values[flag]]));
  return {
    values: checked(params, given),
    given: new Set<string>(Object.keys(given).filter((name) => given[name] !== undefined)),
  };
}

function checked<Of extends Params>(params: Of, given: RequestFields): ValuesOf<Of> {
  try {
    return readRequest(params, given, { nowMs: Date.now(), door: "terminal" });
  } catch (error) {
    if (!(error instanceof RainhooksError) || error.mistakes.length === 0) throw error;
    throw new UsageMistake(error.mistakes.map((one) => mistakeText(one, flagOf)).join(" "));
  }
}

const WIDTH = 24;

/** Returns a line for each flag, for people: its default, too. */
export function flagLines(params: Params): string {
  return Object.entries(params)
    .map(([name, { placeholder, description, fallback }]: [string, Param<unknown>]) => {
      const flag = `${flagOf(name)}${placeholder === undefined ? "" : ` <${placeholder}>`}`;
      const { value, text = value } = fallback ?? {};
      const isShown = ["string", "number"].includes(typeof text);
      return `  ${flag.padEnd(WIDTH)}${description}${isShown ? ` (default: ${String(text)})` : ""}`;
    })
    .join("\n");
}
