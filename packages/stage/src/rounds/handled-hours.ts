import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";

/** Hours that are remembered: two weeks, so that what a week has twice is known. */
const MAX_HOURS = (14 * DAY_MS) / HOUR_MS;
const DAY_HOURS = DAY_MS / HOUR_MS;
/** Until a week is known, it may be one that rests for three days. */
const FIRST_GAP_MS = 3 * DAY_MS;

/** Ranges of hours since 1970 in which something was handled, both inclusive, in their order. */
export type HandledHours = readonly (readonly [from: number, to: number])[];

/** Reads hours as {@link hoursText} writes them. */
export function parseHours(text: string | undefined): HandledHours {
  return (text ?? "").split(",").flatMap((range) => {
    const [from = Number.NaN, to = from] = range.split("-").map(Number);
    return Number.isInteger(from) && Number.isInteger(to) && range !== ""
      ? [[from, to] as const]
      : [];
  });
}

/** Returns hours as a text, such as `494000-494010,494020`. */
export function hoursText(hours: HandledHours): string {
  return hours.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join();
}

/** Adds the hour of a time, and forgets those of more than two weeks before. */
export function withHour(hours: HandledHours, atMs: number): HandledHours {
  const hour = Math.floor(atMs / HOUR_MS);
  const last = hours.at(-1);
  if (last !== undefined && hour <= last[1]) return hours;
  const added: HandledHours =
    last !== undefined && hour === last[1] + 1
      ? [...hours.slice(0, -1), [last[0], hour]]
      : [...hours, [hour, hour]];
  const first = hour - MAX_HOURS;
  // What began earlier is cut, but its first hour says how long something has been known.
  return added.flatMap(([from, to]) => (to < first ? [] : [[Math.max(from, first), to] as const]));
}

/**
 * Returns for how long nothing is handled at most in usual times, in ms: the second longest gap of
 * two weeks, which a weekend is and one outage is not. Until two weeks are known, it is the longest
 * one, and until a week is, at least three days.
 */
export function usualGapMs(hours: HandledHours): number {
  const gaps = hours
    .slice(1)
    .map(([from], index) => (from - (hours[index]?.[1] ?? from)) * HOUR_MS)
    .toSorted((a, b) => b - a);
  const known = hours.length === 0 ? 0 : (hours.at(-1)?.[1] ?? 0) - (hours[0]?.[0] ?? 0);
  if (known >= MAX_HOURS - DAY_HOURS) return gaps[1] ?? 0;
  return Math.max(gaps[0] ?? 0, known < 7 * DAY_HOURS ? FIRST_GAP_MS : 0);
}

/** Whether something was handled on each of the six days that ended when the last day began. */
export function wasDaily(hours: HandledHours, nowMs: number): boolean {
  const now = Math.floor(nowMs / HOUR_MS);
  return [2, 3, 4, 5, 6, 7].every((day) =>
    hours.some(([from, to]) => from <= now - (day - 1) * DAY_HOURS && to >= now - day * DAY_HOURS),
  );
}
