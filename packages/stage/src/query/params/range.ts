import { wrongInput } from "@rainhooks/core/errors";
import { time } from "./kinds.ts";

/**
 * Defines the two parameters of a range of time.
 *
 * @param start What `from` is by default, such as `a day before the end`.
 */
export function rangeOf(start: string) {
  return {
    from: time({ description: `Start of the range, inclusive. Default: ${start}.` }),
    to: time({ description: "End of the range, exclusive. Default: now." }),
  };
}

/**
 * Checks that a time range ends after it begins.
 *
 * @param to The end as the caller gave it; `undefined` if `toMs` is the default.
 * @param names Names of the two parameters.
 * @throws {RainhooksError} `input-invalid` if it does not.
 */
export function requireOrder(
  fromMs: number,
  toMs: number,
  to: number | undefined,
  [from, end]: readonly [string, string] = ["from", "to"],
): void {
  if (fromMs < toMs) return;
  const hint = to === undefined ? ", which is now by default" : "";
  throw wrongInput(`\`${from}\` must lie before \`${end}\`${hint}.`);
}
