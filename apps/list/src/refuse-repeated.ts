import { RainhooksError } from "@rainhooks/core/errors";

/**
 * Refuses what has the name or the path of another: only one of the two would be found.
 *
 * @param all Parameters in a path, in braces, may have any names.
 * @throws {RainhooksError} `input-invalid` with the first repeated one.
 */
export function refuseRepeated(
  what: string,
  all: readonly { readonly name: string; readonly path?: string }[],
): void {
  for (const key of ["name", "path"] as const) {
    const found = all.flatMap((one) => one[key]?.replace(/\{\w+\}/g, "{}") ?? []);
    const repeated = found.find((one, index) => found.indexOf(one) !== index);
    if (repeated === undefined) continue;
    const message = `There are two ${what} with the ${key} ${repeated}. Give your own another one.`;
    throw new RainhooksError("input-invalid", message);
  }
}
