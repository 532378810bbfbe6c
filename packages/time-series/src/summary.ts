import type { JsonValue } from "@rainhooks/core/json";

/** Aggregates of a set of points. */
export interface Summary {
  readonly count: number;
  /** Sum of the numbers; zero for other kinds. */
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly lastMs: number;
  readonly last: JsonValue;
}

/** The summary of no points. */
export const NOTHING: Summary = {
  count: 0,
  sum: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  lastMs: Number.NEGATIVE_INFINITY,
  last: null,
};

/** Returns the summary of one point. */
export function summaryOf({
  atMs,
  value,
}: {
  readonly atMs: number;
  readonly value: JsonValue;
}): Summary {
  const number = typeof value === "number" ? value : 0;
  return { count: 1, sum: number, min: number, max: number, lastMs: atMs, last: value };
}

/** Combines two summaries; if their last points have the same time, that of `b` is used. */
export function addSummaries(a: Summary, b: Summary): Summary {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const later = b.lastMs >= a.lastMs ? b : a;
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    lastMs: later.lastMs,
    last: later.last,
  };
}
