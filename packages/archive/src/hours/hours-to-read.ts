import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core";
import { hourOf, startOf } from "../hour.ts";
import { USUAL_DELAY_MS } from "./note-late.ts";
import type { KnownDelays } from "./read-late.ts";

/** Maximum age of a Firehose buffer. An object is in the folder of its oldest record, so a record can be in an earlier folder. */
const MAX_BUFFER_MS = 15 * MINUTE_MS;
/** Maximum delay of a delivery: SNS tries for 23 days, and a queue keeps it for 14. */
const MAX_DELAY_MS = 37 * DAY_MS;
/** Functions of the version before, which noted no delays, end within this time. */
const CHANGEOVER_MS = HOUR_MS;

/** A range of times of publishing: `toMs` is exclusive. */
export interface PublishedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The folders to read for a range of times of publishing. */
export interface HoursToRead {
  /** The first folder, such as `2026/11/24/08`. */
  readonly first: string;
  /** The last folder into which deliveries in time can have come. */
  readonly last: string;
  /** Later folders into which late deliveries of the range can have come, in order. */
  readonly late: readonly string[];
}

/**
 * Returns the folders in which deliveries of a range of times can be. Folders are by arrival, and an object is in the folder of its oldest
 * record: reading starts a Firehose buffer before the range, and goes on after it where something late can have come.
 */
export function hoursToRead(
  { fromMs, toMs }: PublishedRange,
  { sinceMs = Number.POSITIVE_INFINITY, late }: KnownDelays,
  nowMs: number,
): HoursToRead {
  const first = hourOf(Math.max(0, fromMs - MAX_BUFFER_MS));
  const last = hourOf(Math.min(nowMs, toMs + USUAL_DELAY_MS));
  const hours = new Set<string>();
  // Before delays were noted, anything can have come late.
  const unknownEndMs = Math.min(nowMs, sinceMs + CHANGEOVER_MS, toMs + MAX_DELAY_MS);
  for (let atMs = toMs; atMs <= unknownEndMs; atMs += HOUR_MS) hours.add(hourOf(atMs));
  for (const [hour, delayMs] of late) {
    const startMs = startOf(hour);
    if (startMs + HOUR_MS <= toMs || startMs - delayMs >= toMs) continue;
    // The clock of the function that noted it is not Firehose's, and a buffer can hold records of two hours.
    for (const near of [-HOUR_MS, 0, HOUR_MS]) hours.add(hourOf(startMs + near));
  }
  return { first, last, late: [...hours].filter((hour) => hour > last).sort() };
}
