import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./durations.ts";

const UNIT_MS = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS } as const;

/**
 * Converts a time such as `30s`, `5m`, `2h`, `7d` or `1w` to milliseconds; `undefined` for any other text.
 *
 * @example
 * ```ts
 * import { durationMs } from "@rainhooks/core";
 *
 * console.log(durationMs("10m"), durationMs("soon")); // 600000 undefined
 * ```
 */
export function durationMs(text: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  return isUnit(unit) ? Number(count) * UNIT_MS[unit] : undefined;
}

function isUnit(text: string): text is keyof typeof UNIT_MS {
  return Object.hasOwn(UNIT_MS, text);
}
