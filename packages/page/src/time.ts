import { DURATION_UNITS } from "@rainhooks/core/duration-text";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { address } from "./address.ts";

export { currentMs, nowMs } from "./clock.ts";

/** The browser's own time zone. */
export const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Returns the time zone in which times are shown: that of the address, or the browser's. */
export function zone(): string {
  const asked = address.value.params["tz"] ?? BROWSER_ZONE;
  return isZone(asked) ? asked : BROWSER_ZONE;
}

/** True for the name of a time zone. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "medium",
    timeZone,
  });
  formats.set(timeZone, made);
  return made;
}

/**
 * Formats a time in the chosen time zone: `2026-11-24 08:15:00`. What is no time is shown as that.
 */
export function timeText(ms: number | undefined): string {
  if (ms === undefined) return "–";
  return isoTime(ms) === undefined ? `no time (${ms})` : formatIn(zone()).format(ms);
}

/**
 * Returns a time for programs, such as `2026-11-24T08:15:00.000Z`; `undefined` for what is none.
 */
export function isoTime(ms: number | undefined): string | undefined {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/**
 * A time in a text of the stage: ISO 8601, `2026-11-24 08:15:00 UTC`, or the first one of such a
 * range.
 */
const STAGE_TIME =
  /(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,3})?)(?:Z| UTC| \(UTC\)|(?= to [\d-]{10} [\d:]{8} UTC))/g;

/** Returns a text of the stage, which has its times in UTC, with times in the chosen time zone. */
export function inZone(text: string): string {
  return text.replace(STAGE_TIME, (_, date: string, time: string) =>
    timeText(Date.parse(`${date}T${time}Z`)),
  );
}

/**
 * Returns when clocks of the chosen time zone show a time, as a field for times writes it:
 * `2026-11-24T08:15`; the first time of two. A time that clocks skip is as much later. `NaN` for a
 * text that is none.
 */
export function timeAt(local: string): number {
  const shownAt = (ms: number) => Date.parse(`${timeText(ms).replace(" ", "T")}Z`);
  const localMs = Date.parse(`${local}Z`);
  if (Number.isNaN(localMs)) return localMs;
  const [before = localMs, after] = [localMs - DAY_MS, localMs + DAY_MS].map(
    (ms) => localMs + ms - shownAt(ms),
  );
  return after === undefined || shownAt(before) === localMs || shownAt(after) !== localMs
    ? before
    : after;
}

/**
 * Returns a time as a request says it: a date without a zone is one of the chosen time zone;
 * anything else, such as `2h`, stays as it was written.
 */
export function timeOfText(text: string): number | string {
  const atMs = /^\d{4}-\d\d-\d\d/.test(text) ? timeAt(text) : Number.NaN;
  return Number.isNaN(atMs) ? text : atMs;
}

/** Formats a duration by its largest unit, such as `3 h`. */
export function durationText(ms: number): string {
  const [unit, length] = DURATION_UNITS.find(([, one]) => ms >= one) ?? ["s", SECOND_MS];
  return `${Math.floor(Math.max(0, ms) / length)} ${unit}`;
}
