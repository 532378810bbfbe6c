/**
 * Stops a benchmark that measures wrong results.
 *
 * @param what What must be true, as a sentence without a full stop.
 * @throws {Error} if it is not true.
 */
export function gate(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`The benchmark stopped, because a check failed: ${what}.`);
}
