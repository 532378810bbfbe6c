import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";

/** What became of records, as metrics call it: each record is exactly one of these. */
export const OUTCOMES = [
  "Delivered",
  "Filtered",
  "Ignored",
  "Failed",
  "Undecodable",
  "Refused",
  "Postponed",
  "Throttled",
] as const;
/** Counts of what a function did, as its metrics are called. */
export const COUNTED = ["Received", ...OUTCOMES] as const;
export type BinCounts = (typeof COUNTED)[number];

/** Times that can be shown: their length, and the length of their bins. */
const RANGES = {
  "3h": [3 * HOUR_MS, 5 * MINUTE_MS],
  "24h": [DAY_MS, 30 * MINUTE_MS],
  "7d": [7 * DAY_MS, 4 * HOUR_MS],
} as const;

/** The name of a time that can be shown. */
export type ActivityRange = keyof typeof RANGES;
export const ACTIVITY_RANGES = ["3h", "24h", "7d"] as const satisfies readonly ActivityRange[];

/** A range of times in equal bins. */
export interface Bins {
  readonly fromMs: number;
  readonly binMs: number;
  readonly count: number;
}

/** Returns the bins of a range that ends with the bin in which a time is. */
export function binsOf(range: ActivityRange, nowMs: number): Bins {
  const [lengthMs, binMs] = RANGES[range];
  const count = lengthMs / binMs;
  return { fromMs: (Math.floor(nowMs / binMs) + 1 - count) * binMs, binMs, count };
}

/** Counts times in bins; what is before them or after them is in the first or the last. */
export function countIn(times: readonly number[], { fromMs, binMs, count }: Bins): number[] {
  const counts = Array.from({ length: count }, () => 0);
  for (const ms of times) {
    const bin = Math.min(count - 1, Math.max(0, Math.floor((ms - fromMs) / binMs)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/** Counts in each bin of a range. */
export type Activity = Readonly<Record<BinCounts, readonly number[]>>;

/** Adds up counts by the bin in which they were. */
export class ActivityBins {
  readonly #bins: Bins;
  readonly #counts: Record<BinCounts, number[]>;

  constructor(bins: Bins) {
    this.#bins = bins;
    const none = () => Array.from({ length: bins.count }, () => 0);
    this.#counts = {
      Received: none(),
      Delivered: none(),
      Filtered: none(),
      Ignored: none(),
      Failed: none(),
      Undecodable: none(),
      Refused: none(),
      Postponed: none(),
      Throttled: none(),
    };
  }

  /** Adds a count; one out of the range is left out. */
  add(name: BinCounts, atMs: number, count: number): void {
    const { fromMs, binMs } = this.#bins;
    const bin = Math.floor((atMs - fromMs) / binMs);
    const before = this.#counts[name][bin];
    if (before !== undefined && Number.isFinite(count)) this.#counts[name][bin] = before + count;
  }

  get counts(): Activity {
    return this.#counts;
  }
}
