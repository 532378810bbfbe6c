import { MAX_SORT_KEY_BYTES } from "@rainhooks/dynamodb";
import { timeKey } from "./item.ts";
import type { SeriesQuery } from "./query.ts";

/** Whether `place` may be the `next` of a page of this query: inside its range, and written as such places are. */
export function isPlaceOf(
  place: string,
  { aggregate, fromMs, toMs }: Pick<SeriesQuery, "aggregate" | "fromMs" | "toMs">,
): boolean {
  // The beginning of a window. It may lie before the range, which then cuts the window.
  if (aggregate !== "raw") return /^-?\d{1,16}$/.test(place);
  const isKey = /^\d+#/.test(place) && Buffer.byteLength(place) <= MAX_SORT_KEY_BYTES;
  return isKey && place >= timeKey(fromMs) && place < timeKey(toMs);
}
