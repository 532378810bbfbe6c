import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./durations.ts";

const UNIT_MS = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS } as const;

/** Regular expression of the texts that {@link durationMs} reads. */
export const DURATION_PATTERN = "^(\\d{1,9})([smhdw])$";
const DURATION = new RegExp(DURATION_PATTERN);

/**
 * Converts a time such as `30s`, `5m`, `2h`, `7d` or `1w` to milliseconds; `undefined` for any
 * other text.
 */
export function durationMs(text: string): number | undefined {
  const [, count = "", unit = ""] = DURATION.exec(text) ?? [];
  return isUnit(unit) ? Number(count) * UNIT_MS[unit] : undefined;
}

function isUnit(text: string): text is keyof typeof UNIT_MS {
  return Object.hasOwn(UNIT_MS, text);
}

/** The units of durations for people, the largest first. */
export const DURATION_UNITS = [
  ["d", DAY_MS],
  ["h", HOUR_MS],
  ["min", MINUTE_MS],
  ["s", SECOND_MS],
] as const;

/** Returns a duration as text for people, with its two largest units. */
export function durationText(ms: number): string {
  const first = DURATION_UNITS.findIndex(([, unitMs]) => ms >= unitMs);
  if (first === -1) return "0 s";
  let rest = ms;
  const parts = DURATION_UNITS.slice(first, first + 2).flatMap(([unit, unitMs]) => {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
  return parts.join(" ");
}
