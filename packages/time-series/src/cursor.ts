import type { SeriesQuery } from "./query.ts";
import { timeIn } from "./series-keys.ts";

/** Cursors are shorter: a time, a data type, and a value of at most 64 bytes. */
const MAX_CURSOR_BYTES = 128;

/**
 * Whether `cursor` may be the `next` of a page of this query: inside its range, and written as such
 * cursors are.
 */
export function isCursorOf(
  cursor: string,
  { aggregate, fromMs, toMs }: Pick<SeriesQuery, "aggregate" | "fromMs" | "toMs">,
): boolean {
  // The beginning of a window. It may lie before the range, which then cuts the window.
  if (aggregate !== "raw") return /^-?\d{1,16}$/.test(cursor);
  const isPoint = /^\d{16}#/.test(cursor) && Buffer.byteLength(cursor) <= MAX_CURSOR_BYTES;
  return isPoint && timeIn(cursor) >= fromMs && timeIn(cursor) < toMs;
}
