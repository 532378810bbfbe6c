import { durationMs } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { MAX_RETRY_WAIT_S, wrongInput } from "@rainhooks/core/errors";

/** The waits between the attempts for an event, in seconds. */
export type Schedule = readonly number[];

/** Maximum number of waits. */
export const MAX_WAITS = 20;
const MIN_WAIT_S = 1;

const NO_RETRY = "none";

/**
 * Reads a schedule such as `5s,5m,30m`: up to 20 waits of 1 second to 12 hours, in seconds, minutes
 * or hours. `none` means no retry.
 *
 * @throws {RainhooksError} `input-invalid`; the message names the wait.
 */
export function parseSchedule(text: string): Schedule {
  if (text.trim() === NO_RETRY) return [];
  const waits = text.split(",");
  if (waits.length > MAX_WAITS)
    throw wrongInput(`The schedule has ${waits.length} waits; ${MAX_WAITS} is the maximum.`);
  return waits.map((wait) => {
    const seconds = (durationMs(wait.trim()) ?? Number.NaN) / SECOND_MS;
    if (!isWait(seconds))
      throw wrongInput(
        `${JSON.stringify(wait.trim().slice(0, 20))} is not a wait of a schedule. A wait is 1s to 12h, a list of them is 5s,5m,2h; no retry is none.`,
      );
    return seconds;
  });
}

/** Eight attempts within 28 hours, as Svix makes them. */
export const DEFAULT_SCHEDULE = parseSchedule("5s,5m,30m,2h,5h,10h,10h");

/** Returns true for a number of seconds that a schedule can contain. */
export function isWait(seconds: unknown): seconds is number {
  return (
    Number.isInteger(seconds) &&
    Number(seconds) >= MIN_WAIT_S &&
    Number(seconds) <= MAX_RETRY_WAIT_S
  );
}

/** Returns a schedule as {@link parseSchedule} reads it. */
export function formatSchedule(schedule: Schedule): string {
  return schedule.length === 0 ? NO_RETRY : schedule.map(formatWait).join(",");
}

function formatWait(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
