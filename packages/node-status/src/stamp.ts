/** A point in time. `tieMs` sorts events to which RainMaker gives the same time. */
export interface Stamp {
  readonly atMs: number;
  readonly tieMs: number;
}

/** Compares stamps by time. */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a.atMs - b.atMs || a.tieMs - b.tieMs;
}

/** Returns the later of two values; if one is `undefined`, the other one. */
export function later<T>(
  a: T | undefined,
  b: T | undefined,
  compare: (a: T, b: T) => number,
): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compare(a, b) >= 0 ? a : b;
}
