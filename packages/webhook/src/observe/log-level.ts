/** Log levels, from the least to the most important. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * True for the name of a log level.
 *
 * @example
 * ```ts
 * import { isLogLevel } from "@rainhooks/webhook/log-level";
 *
 * console.log(isLogLevel("debug"), isLogLevel("verbose")); // true false
 * ```
 */
export function isLogLevel(text: string): text is LogLevel {
  return (LOG_LEVELS as readonly string[]).includes(text);
}
