import { MINUTE_MS } from "@rainhooks/core";

const UNITS_MS = new Map([
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 7 * 86_400_000],
]);

/**
 * Converts a relative time to one that the query API accepts: `2h` is two hours ago, `now` is now. Other texts are returned unchanged.
 *
 * @example
 * absoluteTime("90m", Date.now());
 */
export function absoluteTime(text: string, nowMs: number): string {
  if (text === "now") return String(nowMs);
  const ms = durationMs(text);
  return ms === undefined ? text : String(Math.max(0, nowMs - ms));
}

/** Converts a duration such as `90m` to milliseconds; `undefined` for any other text. */
export function durationMs(text: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const unitMs = UNITS_MS.get(unit);
  return unitMs === undefined ? undefined : Number(count) * unitMs;
}

/** Returns how long ago a time is, in the largest fitting unit: `12 min ago`. */
export function ago(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / MINUTE_MS);
  if (minutes < 1) return "just now";
  if (minutes < 120) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}
