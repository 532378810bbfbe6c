/** A point in time; `tieMs` orders events that RainMaker's clock cannot tell apart. */
export interface Stamp {
  readonly atMs: number;
  readonly tieMs: number;
}

/** Orders stamps by time. */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a.atMs - b.atMs || a.tieMs - b.tieMs;
}

/** The later of two values; of one that is there and one that is not, the one that is there. */
export function later<T>(a: T | undefined, b: T | undefined, compare: (a: T, b: T) => number): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compare(a, b) >= 0 ? a : b;
}
