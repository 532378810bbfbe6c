import type { RunOptions } from "../run-handler.ts";

/** When the first run of {@link recordedRuns} begins. */
export const RUN_MS = Date.UTC(2026, 10, 1);

/** Returns options for a handler whose run takes 25 ms, and the lines that it logs. */
export function recordedRuns(environment: Record<string, string>) {
  const lines: Record<string, unknown>[] = [];
  const times = [RUN_MS, RUN_MS + 25];
  const options: RunOptions = {
    environment,
    writeLine: (line) => lines.push(JSON.parse(line)),
    nowMs: () => times.shift() ?? RUN_MS + 25,
  };
  return { lines, options };
}
