/**
 * Returns the first quartile: of times, one that other processes of the machine hardly disturbed.
 */
export function firstQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? Number.NaN;
}
