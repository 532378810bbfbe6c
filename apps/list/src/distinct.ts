import { RainhooksError } from "@rainhooks/core/errors";

/**
 * Returns a list of what comes with Rainhooks, and of what is one's own.
 *
 * @param what What they are, for the error.
 * @param keys What no two of them may have in common, by its name.
 * @throws {RainhooksError} `input-invalid` for two that have the same: only one of them would be found.
 */
export function distinct<Of>(
  what: string,
  all: readonly Of[],
  keys: Readonly<Record<string, (one: Of) => string>>,
): readonly Of[] {
  for (const [key, keyOf] of Object.entries(keys)) {
    const found = all.map(keyOf);
    const repeated = found.find((one, index) => found.indexOf(one) !== index);
    if (repeated !== undefined)
      throw new RainhooksError(
        "input-invalid",
        `There are two ${what} with the ${key} ${repeated}. Give your own another ${key}.`,
      );
  }
  return all;
}

/** The key of what has a name. */
export const BY_NAME = { name: ({ name }: { readonly name: string }) => name };
