import type { QueueResult } from "../../load.ts";

/** The headers of {@link loadCells}. */
export const LOAD_HEADERS = ["keeps up", "storm: maximum waiting", "oldest", "written after", "bound by"];

/** Returns the cells of a table about the busiest hours and, if there is one, a storm. */
export function loadCells({
  evening,
  storm,
}: {
  readonly evening: QueueResult;
  readonly storm: QueueResult | undefined;
}): string[] {
  return [
    evening.boundBy === "nothing" ? "yes" : `no: ${evening.boundBy}`,
    ...(storm === undefined ? ["", "", "", ""] : stormCells(storm)),
  ];
}

function stormCells({ maxBacklog, maxAgeS, drainedAfterS, boundBy }: QueueResult): string[] {
  return [count(maxBacklog), seconds(maxAgeS), seconds(drainedAfterS), boundBy];
}

/** Formats a number without its fraction. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function seconds(value: number): string {
  return value < 120
    ? `${Math.round(value)} s`
    : value < 7200
      ? `${(value / 60).toFixed(1)} min`
      : `${(value / 3600).toFixed(1)} h`;
}
