/** A value that holds from a time on. */
export interface StateFrom {
  readonly atMs: number;
  readonly value: string;
}

/** A time in which a series had one value. */
export interface StatePeriod {
  readonly value: string;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Joins values that stay: each period lasts until another value comes, the last one until `endMs`.
 */
export function periodsOfStates(states: readonly StateFrom[], endMs: number): StatePeriod[] {
  const changes = states.filter(({ value }, index) => value !== states[index - 1]?.value);
  return changes.map(({ atMs, value }, index) => ({
    value,
    startMs: atMs,
    endMs: Math.max(atMs, changes[index + 1]?.atMs ?? endMs),
  }));
}
