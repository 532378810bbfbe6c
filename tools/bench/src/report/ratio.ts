/** A ratio of two alternating measurements, and the limit for it on any machine. */
export interface Ratio {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  /** Whether the ratio must not be above its limit; otherwise it must not be below. */
  readonly isMaximum: boolean;
}

/** Returns whether a ratio keeps its limit. */
export function isKept({ value, limit, isMaximum }: Ratio): boolean {
  return isMaximum ? value <= limit : value >= limit;
}

/** Returns the limit of a ratio as text. */
export function limitText({ isMaximum, limit }: Ratio): string {
  return `${isMaximum ? "at most" : "at least"} ${limit}`;
}

/**
 * Measures ratios again as long as one misses its limit, at most three times: other processes of the machine
 * must not fail it. What kept its limit once counts as kept.
 */
export async function untilKept(measure: () => Promise<readonly Ratio[]>): Promise<readonly Ratio[]> {
  let ratios = await measure();
  for (let tries = 1; tries < MAX_TRIES && !ratios.every(isKept); tries += 1) {
    const again = await measure();
    ratios = ratios.map((ratio, index) => (isKept(ratio) ? ratio : (again[index] ?? ratio)));
  }
  return ratios;
}

const MAX_TRIES = 3;
