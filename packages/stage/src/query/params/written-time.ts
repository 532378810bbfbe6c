import { SECONDS_END } from "@rainhooks/core/decode/time";
import { durationMs } from "@rainhooks/core/duration-text";
import { readTime } from "./kinds.ts";
import { ParamMistake } from "./param.ts";

/**
 * Converts a time as people write it to one that the API accepts: `2h` is two hours ago, `now` is now. Other
 * texts are returned unchanged.
 */
export function absoluteTime(text: string, nowMs: number): string {
  if (text === "now") return String(nowMs);
  const ms = durationMs(text);
  return ms === undefined ? text : String(Math.max(0, nowMs - ms));
}

/**
 * Reads a time as people write it, epoch milliseconds.
 *
 * @throws {ParamMistake} for anything else, also for a number that is a year, or a time in seconds.
 */
export function writtenTime(text: string, nowMs: number): number {
  const absolute = absoluteTime(text, nowMs);
  const count = Number(absolute);
  if (count !== 0 && count < SECONDS_END)
    throw new ParamMistake(
      `must be a date such as 2026-01-01, 2h for two hours ago, or epoch milliseconds: ${absolute} is not a time in milliseconds`,
    );
  return readTime(absolute);
}
