import { open, stat } from "node:fs/promises";
import { isJsonObject, tryParseJson } from "@rainhooks/core";
import { type Activity, ActivityBins, COUNTED, type Parts } from "./bins.ts";

/** Bytes at the end of a log that are read: some thousands of invocations. */
const MAX_LOG_BYTES = 1024 * 1024;

/** What a log says, and since when it says it. */
export interface LoggedActivity {
  readonly counts: Activity;
  /** Absent if the log has been read from its start. */
  readonly sinceMs?: number;
}

/** Adds up the metrics in the log of a function of the local stage. */
export async function activityInLog(path: string, parts: Parts): Promise<LoggedActivity> {
  const bins = new ActivityBins(parts);
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  const start = Math.max(0, size - MAX_LOG_BYTES);
  let sinceMs = Number.POSITIVE_INFINITY;
  for (const line of (await endOf(path, start, size)).split("\n")) {
    const metrics = line.startsWith('{"_aws"') ? tryParseJson(line) : undefined;
    if (!isJsonObject(metrics)) continue;
    const { _aws: about } = metrics;
    const atMs = isJsonObject(about) ? Number(about["Timestamp"]) : Number.NaN;
    if (atMs < sinceMs) sinceMs = atMs;
    for (const name of COUNTED) bins.add(name, atMs, Number(metrics[name] ?? 0));
  }
  return { counts: bins.counts, ...(start > 0 && Number.isFinite(sinceMs) ? { sinceMs } : {}) };
}

async function endOf(path: string, start: number, end: number): Promise<string> {
  if (end === 0) return "";
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(end - start), position: start });
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
