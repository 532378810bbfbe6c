import type { Calendar } from "../windows.ts";

/** Time zones with unusual clock changes: half hours, a day without midnight, a skipped day. */
export const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "Pacific/Apia",
  "Asia/Kathmandu",
] as const;

/** Times of clock changes in these zones. */
export const TRANSITIONS = [
  "2026-03-29T01:00Z",
  "2026-10-25T01:00Z",
  "2026-03-08T07:00Z",
  "2026-11-01T06:00Z",
  "2026-10-03T15:30Z",
  "2026-04-04T15:00Z",
  "2018-11-04T03:00Z",
  "2011-12-30T10:00Z",
].map((time) => Date.parse(time));

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "longOffset",
  });
  formats.set(timezone, format);
  return format;
}

/**
 * Returns what a calendar on the wall shows at a time: two times are in the same window exactly if
 * it shows the same. This is the slow and simple way, with the platform's own calendar.
 */
export function labelOf(atMs: number, { interval, timezone, weekStart }: Calendar): string {
  const parts = Object.fromEntries(
    formatFor(timezone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const { year = "", month = "", day = "", hour = "", minute = "", timeZoneName = "" } = parts;
  if (interval === "year") return year;
  if (interval === "month") return `${year}-${month}`;
  if (interval === "day") return `${year}-${month}-${day}`;
  if (interval === "hour") return `${year}-${month}-${day} ${hour} ${timeZoneName}`;
  if (interval === "minute") return `${year}-${month}-${day} ${hour}:${minute} ${timeZoneName}`;
  const names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  while (names[date.getUTCDay()] !== weekStart) date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}
