import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core";

/** Counts of what a function did, as its metrics are called. */
export const COUNTED = ["Received", "Delivered", "Filtered", "Failed"] as const;
export type Counted = (typeof COUNTED)[number];

/** Times that can be shown: their length, and the length of their parts. */
const RANGES = {
  "3h": [3 * HOUR_MS, 5 * MINUTE_MS],
  "24h": [DAY_MS, 30 * MINUTE_MS],
  "7d": [7 * DAY_MS, 4 * HOUR_MS],
} as const;

/** The name of a time that can be shown. */
export type ActivityRange = keyof typeof RANGES;
export const ACTIVITY_RANGES = ["3h", "24h", "7d"] as const satisfies readonly ActivityRange[];

/** A range of times in equal parts. */
export interface Parts {
  readonly fromMs: number;
  readonly partMs: number;
  readonly count: number;
}

/** Returns the parts of a range that ends with the part in which a time is. */
export function partsOf(range: ActivityRange, nowMs: number): Parts {
  const [lengthMs, partMs] = RANGES[range];
  const count = lengthMs / partMs;
  return { fromMs: (Math.floor(nowMs / partMs) + 1 - count) * partMs, partMs, count };
}

/** Counts in each part of a range. */
export type Activity = Readonly<Record<Counted, readonly number[]>>;

/** Adds up counts by the part in which they were. */
export class ActivityBins {
  readonly #parts: Parts;
  readonly #counts: Record<Counted, number[]>;

  constructor(parts: Parts) {
    this.#parts = parts;
    const none = () => Array.from({ length: parts.count }, () => 0);
    this.#counts = { Received: none(), Delivered: none(), Filtered: none(), Failed: none() };
  }

  /** Adds a count; one out of the range is left out. */
  add(name: Counted, atMs: number, count: number): void {
    const { fromMs, partMs } = this.#parts;
    const part = Math.floor((atMs - fromMs) / partMs);
    const before = this.#counts[name][part];
    if (before !== undefined && Number.isFinite(count)) this.#counts[name][part] = before + count;
  }

  get counts(): Activity {
    return this.#counts;
  }
}
