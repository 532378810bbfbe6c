import { RainhooksError } from "@rainhooks/core/errors";
import { mistakeText } from "@rainhooks/core/mistake";

/** How the command line knows fields of requests: their options. */
export type OptionNames = ReadonlyMap<string, string>;

/** The options of most commands. */
const COMMON: OptionNames = new Map([
  ["fromMs", "--from"],
  ["toMs", "--to"],
  ["nodes", "--node"],
  ["ids", "--id"],
  ["address", "--address"],
]);

/** Returns the message of an error, with options in the place of fields. */
export function messageWithOptions({ message, mistakes }: RainhooksError, names = COMMON): string {
  if (mistakes.length === 0) return message;
  return mistakes
    .map((mistake) => mistakeText(mistake, (field) => names.get(field) ?? field))
    .join("\n");
}

/** Runs something, and lets its error name the options of this command. */
export async function withOptionNames<T>(
  names: OptionNames,
  run: () => T | Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof RainhooksError) || error.mistakes.length === 0) throw error;
    const message = messageWithOptions(error, new Map([...COMMON, ...names]));
    throw new RainhooksError(error.code, message, { cause: error });
  }
}
