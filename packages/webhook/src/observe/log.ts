import { LOG_LEVELS, type LogLevel } from "./log-level.ts";

export type { LogLevel } from "./log-level.ts";

/** The structured log of a function. */
export type Log = (
  level: LogLevel,
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/**
 * Creates a log that writes one JSON object per line: `level`, `time`, `message`, the common fields
 * of this log, and the fields of the line. An `Error` is written as its code, message and cause.
 *
 * @example
 * ```ts
 * import { jsonLog } from "@rainhooks/webhook";
 *
 * const lines: string[] = [];
 * const log = jsonLog((line) => lines.push(line), {}, () => 1_732_435_200_000);
 * log("warn", "Too hot");
 * console.log(lines[0]); // {"level":"warn","time":"2024-11-24T08:00:00.000Z","message":"Too hot"}
 * ```
 */
export function jsonLog(
  writeLine: (line: string) => void,
  common: Readonly<Record<string, unknown>>,
  nowMs: () => number,
  minLevel: LogLevel = "info",
): Log {
  return (level, message, fields = {}) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(minLevel)) return;
    const time = new Date(nowMs()).toISOString();
    writeLine(JSON.stringify({ level, time, message, ...common, ...fields }, plainErrors));
  };
}

function plainErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, cause } = value;
  const code = "code" in value ? value.code : undefined;
  return { name, code, message, ...(cause instanceof Error ? { cause } : {}) };
}
