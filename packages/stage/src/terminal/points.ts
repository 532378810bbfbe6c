import { formatTable } from "./format-table.ts";
import { formatTime } from "./time.ts";

/** Formats points of a series as a table. */
export function formatPoints(points: readonly { readonly atMs: number; readonly value: unknown }[]): string {
  const rows = points.map(({ atMs, value }) => [
    formatTime(atMs),
    typeof value === "number" ? value : JSON.stringify(value),
  ]);
  return formatTable(["at (UTC)", "value"], rows);
}
