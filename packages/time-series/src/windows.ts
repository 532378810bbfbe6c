import { RainhooksError } from "@rainhooks/core/errors";
import { Temporal } from "temporal-polyfill";

/** Lengths of windows. */
export const INTERVALS = ["minute", "hour", "day", "week", "month", "year"] as const;
export type Interval = (typeof INTERVALS)[number];

/** Days on which a week can start. */
export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** How time is divided into windows. */
export interface Calendar {
  readonly interval: Interval;
  /** IANA name of the time zone. */
  readonly timezone: string;
  /** First day of the week. */
  readonly weekStart: Weekday;
}

/** A range `[startMs, endMs)` in epoch milliseconds. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

const CLOCK_MS = { minute: 60_000, hour: 3_600_000 } as const;

/**
 * Returns the window that contains a time. Windows have no gaps between them, also at clock
 * changes: a day that loses or gains an hour is that much shorter or longer; an hour that happens
 * twice is two windows; where the clock changes within an hour, the window ends.
 *
 * @throws {RainhooksError} `input-invalid` for an unknown time zone.
 */
export function windowAt(atMs: number, calendar: Calendar): Window {
  const moment = momentAt(atMs, calendar.timezone);
  const { interval } = calendar;
  if (interval === "minute" || interval === "hour") return clockWindow(moment, CLOCK_MS[interval]);
  const first = firstDateOf(moment.toPlainDate(), calendar);
  return { startMs: startOf(first, calendar), endMs: startOf(after(first, interval), calendar) };
}

/**
 * Yields the windows that overlap `[fromMs, toMs)` in order; the first and the last one are cut to
 * it.
 *
 * @throws {RainhooksError} `input-invalid` for an unknown time zone.
 */
export function* windowsOf(fromMs: number, toMs: number, calendar: Calendar): Generator<Window> {
  for (let startMs = fromMs; startMs < toMs; ) {
    const { endMs } = windowAt(startMs, calendar);
    yield { startMs, endMs: Math.min(endMs, toMs) };
    startMs = endMs;
  }
}

/**
 * Yields the same windows in reverse order.
 *
 * @throws {RainhooksError} `input-invalid` for an unknown time zone.
 */
export function* windowsBackFrom(
  fromMs: number,
  toMs: number,
  calendar: Calendar,
): Generator<Window> {
  for (let endMs = toMs; endMs > fromMs; ) {
    const { startMs } = windowAt(endMs - 1, calendar);
    yield { startMs: Math.max(startMs, fromMs), endMs };
    endMs = startMs;
  }
}

function momentAt(atMs: number, timezone: string): Temporal.ZonedDateTime {
  try {
    return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timezone);
  } catch (error) {
    throw new RainhooksError(
      "input-invalid",
      `Unknown time zone ${timezone}. Use an IANA name such as Europe/Berlin or UTC.`,
      { cause: error, permanent: true },
    );
  }
}

/** Returns a window by the clock: it ends early where the clock changes. */
function clockWindow(moment: Temporal.ZonedDateTime, sizeMs: number): Window {
  const atMs = moment.epochMilliseconds;
  const offsetMs = moment.offsetNanoseconds / 1e6;
  const startMs = Math.floor((atMs + offsetMs) / sizeMs) * sizeMs - offsetMs;
  const next = moment.getTimeZoneTransition("next")?.epochMilliseconds;
  // Start just after the moment, so that a change at exactly this moment counts as before it.
  const before = moment
    .add({ nanoseconds: 1 })
    .getTimeZoneTransition("previous")?.epochMilliseconds;
  return {
    startMs: before === undefined ? startMs : Math.max(startMs, before),
    endMs: next === undefined ? startMs + sizeMs : Math.min(startMs + sizeMs, next),
  };
}

function firstDateOf(
  date: Temporal.PlainDate,
  { interval, weekStart }: Calendar,
): Temporal.PlainDate {
  if (interval === "year") return date.with({ month: 1, day: 1 });
  if (interval === "month") return date.with({ day: 1 });
  if (interval === "day") return date;
  const sinceStart = (date.dayOfWeek - 1 - WEEKDAYS.indexOf(weekStart) + 7) % 7;
  return date.subtract({ days: sinceStart });
}

function after(date: Temporal.PlainDate, interval: Interval): Temporal.PlainDate {
  if (interval === "year") return date.add({ years: 1 });
  if (interval === "month") return date.add({ months: 1 });
  return date.add({ days: interval === "week" ? 7 : 1 });
}

/**
 * Returns the first moment of a date; on a day without midnight, the moment after the clock change.
 */
function startOf(date: Temporal.PlainDate, { timezone }: Calendar): number {
  return date.toZonedDateTime(timezone).epochMilliseconds;
}
