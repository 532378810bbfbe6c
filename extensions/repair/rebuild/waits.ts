/** What a rebuild waits for. */
export interface WaitTimes {
  /** How long after a change of slots every function follows it. */
  readonly settleMs: number;
  /** By how much clocks may differ. */
  readonly clockMarginMs: number;
  /** How long after its publishing a delivery is archived. */
  readonly archivedMs: number;
  /** How old is what says that the functions have handled what was published. */
  readonly handledMs: number;
  /** In which time alarms are swept before the switch; 0 without alarm rules. */
  readonly sweptMs: number;
}

/** Returns how long a rebuild waits at least, if nothing fails. */
export function minWaitsMs({ settleMs, clockMarginMs, archivedMs, handledMs, sweptMs }: WaitTimes): number {
  const followedMs = settleMs + clockMarginMs;
  return followedMs + archivedMs + followedMs + Math.max(handledMs, archivedMs) + sweptMs;
}
