/** From here on a number is read as milliseconds: as seconds it would be the year 5138, as milliseconds 1973. */
export const SECONDS_END = 100_000_000_000;
/** Largest time that ECMAScript dates can hold. */
const LATEST_MS = 8_640_000_000_000_000;

const US_DATE_TIME = /^(\d{2})-(\d{2})-(\d{4})[ T](\d{2}):(\d{2}):(\d{2})$/;
const ISO_DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Reads any of the time formats that RainMaker is known to use, as epoch milliseconds; `undefined` for anything else.
 *
 * - `MM-DD-YYYY HH:MM:SS`, UTC: the SNS samples of espressif/esp-rainmaker-webhooks
 * - epoch milliseconds: the push twin of the events; epoch seconds: firmware and REST
 * - either of them in a string
 * - ISO 8601; without a zone it is UTC
 */
export function parseTimeMs(value: unknown): number | undefined {
  if (typeof value === "number") return fromNumber(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return fromNumber(Number(text));
  return fromUsDateTime(text) ?? fromIso(text);
}

function fromNumber(value: number): number | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  const ms = Math.round(value < SECONDS_END ? value * 1000 : value);
  return ms <= LATEST_MS ? ms : undefined;
}

function fromUsDateTime(text: string): number | undefined {
  const match = US_DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, month, day, year, hour, minute, second] = match;
  return onCalendar(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`), Number(day));
}

function fromIso(text: string): number | undefined {
  const match = ISO_DATE_TIME.exec(text);
  if (match === null) return undefined;
  const zone = match[4];
  const ms = Date.parse(zone === undefined ? `${text}Z` : text);
  return zone === undefined || zone === "Z" ? onCalendar(ms, Number(match[3])) : validTime(ms);
}

/** `Date.parse` rolls 02-30 over to March; a date that is on no calendar is no time. */
function onCalendar(ms: number, day: number): number | undefined {
  return new Date(ms).getUTCDate() === day ? validTime(ms) : undefined;
}

function validTime(ms: number): number | undefined {
  return Number.isNaN(ms) || ms < 0 ? undefined : ms;
}
