import type { QueueResult } from "@rainhooks/capacity";

/** Returns the cells of a table about a storm. */
export function stormCells({ maxBacklog, maxAgeS, drainedAfterS, boundBy }: QueueResult): string[] {
  return [
    count(maxBacklog),
    seconds(maxAgeS),
    drainedAfterS === undefined ? "over a day" : seconds(drainedAfterS),
    boundBy,
  ];
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
