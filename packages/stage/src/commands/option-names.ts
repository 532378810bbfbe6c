import { RainhooksError } from "@rainhooks/core/errors";
import { type Mistake, mistakeText } from "@rainhooks/core/mistake";

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
  return mistakes.map((mistake) => mistakeText(mistake, (field) => names.get(field) ?? field)).join("\n");
}

/** Runs a check, and lets its error name the options of this command. */
export async function withOptionNames<T>(
  names: OptionNames,
  check: () => T | Promise<T>,
  remedyOf: (mistake: Mistake) => string | undefined = ({ remedy }) => remedy,
): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof RainhooksError) || error.mistakes.length === 0) throw error;
    const mistakes = error.mistakes.map((one) => ({ ...one, remedy: remedyOf(one) }));
    const message = messageWithOptions(new RainhooksError(error.code, error.message, { mistakes }), names);
    throw new RainhooksError(error.code, message, { cause: error });
  }
}
