import { isTimeMs } from "@rainhooks/core/decode/time";

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Formats a time to the second: in UTC, or in a time zone followed by its offset from UTC. What is no time is
 * shown as that, so that a list with it can be read.
 */
export function formatTime(atMs: number, timeZone = "UTC"): string {
  if (!isTimeMs(Math.round(atMs))) return `no time (${atMs})`;
  if (timeZone === "UTC") return new Date(atMs).toISOString().replace("T", " ").slice(0, 19);
  const parts = formatOf(timeZone).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
  const date = `${part("year")}-${part("month")}-${part("day")}`;
  const offset = part("timeZoneName").replace("GMT", "") || "+00:00";
  return `${date} ${part("hour")}:${part("minute")}:${part("second")} ${offset}`;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const found =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "longOffset",
    });
  formats.set(timeZone, found);
  return found;
}
