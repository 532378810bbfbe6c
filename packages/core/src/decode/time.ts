/**
 * Numbers from here on are milliseconds: as seconds this is the year 5138, as milliseconds it is
 * 1973.
 */
export const SECONDS_END = 100_000_000_000;
/** The end of the year 9999: later times have no calendar windows. */
export const MAX_TIME_MS = 253_402_300_799_999;

const ISO_DATE_TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Parses all time formats that RainMaker is known to use. Returns epoch milliseconds, or
 * `undefined` for any other value.
 *
 * - `MM-DD-YYYY HH:MM:SS` in UTC: the SNS samples of espressif/esp-rainmaker-webhooks
 * - epoch milliseconds: the push notifications; epoch seconds: firmware and REST
 * - either of these numbers as a string
 * - ISO 8601; without a time zone it is UTC
 */
export function parseTimeMs(value: unknown): number | undefined {
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  return (
    fromUsDateTime(text) ?? (/^\d+(\.\d+)?$/.test(text) ? fromNumber(Number(text)) : fromIso(text))
  );
}

function fromNumber(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  return validTime(Math.round(value < SECONDS_END ? value * 1000 : value));
}

/**
 * Reads `MM-DD-YYYY HH:MM:SS` by its characters, because most events have such a time: a regular
 * expression takes nine times as long.
 */
function fromUsDateTime(text: string): number | undefined {
  if (text.length !== 19 || (text[10] !== " " && text[10] !== "T")) return undefined;
  if (text[2] !== "-" || text[5] !== "-" || text[13] !== ":" || text[16] !== ":") return undefined;
  const month = number(text, 0, 2);
  const day = number(text, 3, 5);
  const year = number(text, 6, 10);
  const hour = number(text, 11, 13);
  const minute = number(text, 14, 16);
  const second = number(text, 17, 19);
  // A day that is on no calendar would become one of the next month. Two digits would be a year
  // from 1900 on.
  if (!(year >= 1970 && month >= 1 && month <= 12)) return undefined;
  const midnightMs = Date.UTC(year, month - 1, day);
  if (new Date(midnightMs).getUTCDate() !== day) return undefined;
  const isTime =
    minute < 60 && second < 60 && (hour < 24 || (hour === 24 && minute + second === 0));
  return isTime ? validTime(midnightMs + ((hour * 60 + minute) * 60 + second) * 1000) : undefined;
}

/** Returns the number with these decimal digits; `NaN` if a character is none. */
function number(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

function fromIso(text: string): number | undefined {
  const [, date = "", zone] = ISO_DATE_TIME.exec(text) ?? [];
  if (!isCalendarDate(date)) return undefined;
  return validTime(Date.parse(zone === undefined ? `${text}Z` : text));
}

/** False for a date such as 02-30, which `Date.parse` would change to a day in March. */
export function isCalendarDate(date: string): boolean {
  const ms = Date.parse(date);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

function validTime(ms: number): number | undefined {
  return isTimeMs(ms) ? ms : undefined;
}

/**
 * Whether a value is a time: whole epoch milliseconds from 1970 to 9999. What comes from outside as
 * a number is a time only if this says so.
 */
export function isTimeMs(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= MAX_TIME_MS && value % 1 === 0;
}

/** Maximum plausible lead over the clock of SNS: two synchronized clocks differ by less. */
export const MAX_CLOCK_AHEAD_MS = 5000;
/**
 * RainMaker did not exist before this time: an earlier time comes from a clock that was never set.
 */
const MIN_PLAUSIBLE_MS = Date.UTC(2015, 0, 1);

/** Whether an event's claimed time is plausible, given when SNS took it. */
export function isPlausibleTime(claimedMs: number, sentAtMs: number): boolean {
  return claimedMs >= MIN_PLAUSIBLE_MS && claimedMs <= sentAtMs + MAX_CLOCK_AHEAD_MS;
}
