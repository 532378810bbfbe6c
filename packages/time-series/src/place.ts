import type { SeriesQuery } from "./query.ts";
import { timeIn } from "./series-keys.ts";

/** Places are shorter: a time, a data type, and a value of at most 64 bytes. */
const MAX_PLACE_BYTES = 128;

/**
 * Whether `place` may be the `next` of a page of this query: inside its range, and written as such places are.
 *
 * @example
 * ```ts
 * import { isPlaceOf } from "@rainhooks/time-series";
 *
 * const range = { aggregate: "avg", fromMs: Date.UTC(2024, 10, 24), toMs: Date.UTC(2024, 10, 25) } as const;
 * console.log(isPlaceOf("1732435200000", range), isPlaceOf("kitchen", range)); // true false
 * ```
 */
export function isPlaceOf(
  place: string,
  { aggregate, fromMs, toMs }: Pick<SeriesQuery, "aggregate" | "fromMs" | "toMs">,
): boolean {
  // The beginning of a window. It may lie before the range, which then cuts the window.
  if (aggregate !== "raw") return /^-?\d{1,16}$/.test(place);
  const isPoint = /^\d{16}#/.test(place) && Buffer.byteLength(place) <= MAX_PLACE_BYTES;
  return isPoint && timeIn(place) >= fromMs && timeIn(place) < toMs;
}
