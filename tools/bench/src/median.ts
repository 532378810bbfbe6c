/** Returns a function for the value below which a share of others lie; the upper one of two. */
const quantile =
  (share: number) =>
  (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

/** Returns the median; of an even number of values the upper middle one. */
export const median = quantile(1 / 2);

/**
 * Returns the first quartile: of times, one that other processes of the machine hardly disturbed.
 */
export const firstQuartile = quantile(1 / 4);
