import { durationMs } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { MAX_RETRY_WAIT_S, RainhooksError } from "@rainhooks/core/errors";

/** The waits between the attempts for an event, in seconds. */
export type Schedule = readonly number[];

const MINUTE_S = 60;
const HOUR_S = 3600;

/**
 * Eight attempts within 28 hours, as Svix makes them: waits of 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h.
 */
export const DEFAULT_SCHEDULE: Schedule = [
  5,
  5 * MINUTE_S,
  30 * MINUTE_S,
  2 * HOUR_S,
  5 * HOUR_S,
  10 * HOUR_S,
  10 * HOUR_S,
];

/** Maximum number of waits. */
export const MAX_WAITS = 20;
const MIN_WAIT_S = 1;

const NO_RETRY = "none";

/**
 * Reads a schedule such as `5s,5m,30m`: up to 20 waits of 1 second to 12 hours, in seconds, minutes or hours.
 * `none` means no retry.
 *
 * @throws {RainhooksError} `input-invalid`; the message names the wait.
 */
export function parseSchedule(text: string): Schedule {
  if (text.trim() === NO_RETRY) return [];
  const waits = text.split(",");
  if (waits.length > MAX_WAITS)
    throw invalid(`The schedule has ${waits.length} waits; ${MAX_WAITS} is the maximum.`);
  return waits.map((wait) => {
    const seconds = (durationMs(wait.trim()) ?? Number.NaN) / SECOND_MS;
    if (!isWait(seconds))
      throw invalid(
        `${JSON.stringify(wait.trim().slice(0, 20))} is not a wait of a schedule. A wait is 1s to 12h, a list of them is 5s,5m,2h; no retry is none.`,
      );
    return seconds;
  });
}

/** Returns true for a number of seconds that a schedule can contain. */
export function isWait(seconds: unknown): seconds is number {
  return Number.isInteger(seconds) && Number(seconds) >= MIN_WAIT_S && Number(seconds) <= MAX_RETRY_WAIT_S;
}

/** Returns a schedule as {@link parseSchedule} reads it. */
export function formatSchedule(schedule: Schedule): string {
  return schedule.length === 0 ? NO_RETRY : schedule.map(formatWait).join(",");
}

function formatWait(seconds: number): string {
  if (seconds % HOUR_S === 0) return `${seconds / HOUR_S}h`;
  return seconds % MINUTE_S === 0 ? `${seconds / MINUTE_S}m` : `${seconds}s`;
}

function invalid(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
