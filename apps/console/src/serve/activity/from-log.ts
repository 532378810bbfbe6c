import { open, stat } from "node:fs/promises";
import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import {
  type Activity,
  ActivityBins,
  type BinCounts,
  type Bins,
  COUNTED,
} from "@rainhooks/stage/routes/bins";

/**
 * Bytes of a log that are read at once, and the maximum of the first read, which skips what is
 * before.
 */
const CHUNK_BYTES = 1024 * 1024;
const MAX_FIRST_BYTES = 64 * 1024 * 1024;
/** The longest time that can be shown. */
const KEPT_MS = 8 * DAY_MS;
const LINE_FEED = 10;

/** What a webhook or worker did. */
export interface FunctionActivity {
  readonly counts: Activity;
  /** Since when counts are known, if that is not the whole range. */
  readonly sinceMs?: number;
  /** Age of the oldest message that waits, seconds. */
  readonly oldestS?: number;
}

/**
 * The metrics in the log of a function of the local stage, added up by minutes. Each reading goes
 * on where the last one has ended, so that what was counted once stays counted when the log is cut.
 */
export class LogActivity {
  readonly #path: string;
  readonly #minutes = new Map<number, Map<BinCounts, number>>();
  #position: number | undefined;
  /** Time of the first line, if there may be others before it. */
  #sinceMs: number | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads what is new, and returns the counts in each bin of a time. */
  async read(bins: Bins): Promise<FunctionActivity> {
    this.#reading = this.#reading.then(() => this.#readOn(bins.fromMs)).catch(() => undefined);
    await this.#reading;
    const sums = new ActivityBins(bins);
    for (const [minute, counts] of this.#minutes)
      for (const [name, count] of counts) sums.add(name, minute * MINUTE_MS, count);
    return {
      counts: sums.counts,
      ...(this.#sinceMs === undefined ? {} : { sinceMs: this.#sinceMs }),
    };
  }

  async #readOn(fromMs: number): Promise<void> {
    const { size } = await stat(this.#path);
    const before = this.#position;
    const isCut = before === undefined && size > MAX_FIRST_BYTES;
    // A log that is shorter than before is a new one.
    let position = before === undefined || size < before ? 0 : before;
    if (isCut) position = size - MAX_FIRST_BYTES;
    const file = await open(this.#path);
    try {
      while (position < size) {
        const { buffer, bytesRead } = await file.read({
          buffer: Buffer.alloc(CHUNK_BYTES),
          position,
        });
        const end = buffer.subarray(0, bytesRead).lastIndexOf(LINE_FEED) + 1;
        // A line that is longer than what is read at once is no metric; one without an end is read
        // again.
        if (end === 0 && bytesRead < CHUNK_BYTES) break;
        const length = end === 0 ? bytesRead : end;
        this.#addLines(buffer.toString("utf8", 0, length), isCut);
        position += length;
      }
    } finally {
      await file.close();
      this.#position = position;
    }
    const oldest = (fromMs - KEPT_MS) / MINUTE_MS;
    for (const minute of this.#minutes.keys()) if (minute < oldest) this.#minutes.delete(minute);
  }

  #addLines(text: string, isCut: boolean): void {
    for (const line of text.split("\n")) {
      const metrics = line.startsWith('{"_aws"') ? tryParseJson(line) : undefined;
      const atMs = isJsonObject(metrics) ? timeOf(metrics) : Number.NaN;
      if (!isJsonObject(metrics) || !Number.isFinite(atMs)) continue;
      if (isCut) this.#sinceMs = Math.min(this.#sinceMs ?? atMs, atMs);
      this.#add(Math.floor(atMs / MINUTE_MS), metrics);
    }
  }

  #add(minute: number, metrics: JsonObject): void {
    const counts = this.#minutes.get(minute) ?? new Map<BinCounts, number>();
    this.#minutes.set(minute, counts);
    for (const name of COUNTED)
      counts.set(name, (counts.get(name) ?? 0) + (Number(metrics[name] ?? 0) || 0));
  }
}

function timeOf({ _aws: about }: JsonObject): number {
  return isJsonObject(about) ? Number(about["Timestamp"]) : Number.NaN;
}
