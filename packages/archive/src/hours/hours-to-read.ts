import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { hourOf, startOf } from "../hour.ts";
import { USUAL_DELAY_MS } from "./note-delays.ts";

/**
 * Maximum age of a Firehose buffer. An object is in the folder of its oldest record, so a record
 * can be in an earlier folder.
 */
const MAX_BUFFER_MS = 15 * MINUTE_MS;
/** Maximum delay of a delivery: SNS tries for 23 days, and a queue keeps it for 14. */
const MAX_DELAY_MS = 37 * DAY_MS;

/** A range of times of publishing: `toMs` is exclusive. */
export interface PublishedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The greatest delay of the deliveries that arrived in an hour, in ms, by hour such as
 * `2026/11/24/08`; 0 if none was late. Of an hour that is missing nothing is known: no function has
 * archived in it.
 */
export type HourDelays = ReadonlyMap<string, number>;

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
 * Returns the hours whose delays are needed for a range: those in which its deliveries can have
 * come late, and one beside them.
 */
export function hoursThatMayBeLate({ toMs }: Pick<PublishedRange, "toMs">): {
  readonly first: string;
  readonly last: string;
} {
  return {
    first: hourOf(Math.max(0, toMs - HOUR_MS)),
    last: hourOf(toMs + MAX_DELAY_MS + HOUR_MS),
  };
}

/**
 * Returns the folders in which deliveries of a range of times can be. Folders are by arrival, and
 * an object is in the folder of its oldest record: reading starts a Firehose buffer before the
 * range, and goes on after it where something late can have come.
 */
export function hoursToRead(
  { fromMs, toMs }: PublishedRange,
  delays: HourDelays,
  nowMs: number,
): HoursToRead {
  const first = hourOf(Math.max(0, fromMs - MAX_BUFFER_MS));
  const last = hourOf(Math.min(nowMs, toMs + USUAL_DELAY_MS));
  const hours = new Set<string>();
  const endMs = Math.min(nowMs, toMs + MAX_DELAY_MS);
  for (let startMs = startOf(hourOf(toMs)); startMs <= endMs; startMs += HOUR_MS) {
    const delayMs = knownDelay(delays, startMs) ?? MAX_DELAY_MS;
    if (delayMs > 0 && startMs - delayMs < toMs)
      for (const near of beside(startMs)) hours.add(near);
  }
  const end = hourOf(endMs);
  return { first, last, late: [...hours].filter((hour) => hour > last && hour <= end).sort() };
}

/**
 * Returns the greatest delay of an hour, if it is known. It is not if that of an hour beside it is
 * not: from some moment in this hour on, or up to it, deliveries may have come without a function
 * that notes them.
 */
function knownDelay(delays: HourDelays, startMs: number): number | undefined {
  return beside(startMs).every((hour) => delays.has(hour))
    ? delays.get(hourOf(startMs))
    : undefined;
}

/**
 * An hour with those before and after: the clock of the function that noted it is not Firehose's,
 * and a buffer can hold records of two hours.
 */
function beside(startMs: number): string[] {
  return [-HOUR_MS, 0, HOUR_MS].map((near) => hourOf(startMs + near));
}
