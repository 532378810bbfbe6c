import { durationText } from "@rainhooks/core";

/** What a rebuild waits for. */
export interface WaitParts {
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
export function minWaitsMs({ settleMs, clockMarginMs, archivedMs, handledMs, sweptMs }: WaitParts): number {
  const followedMs = settleMs + clockMarginMs;
  return followedMs + archivedMs + followedMs + Math.max(handledMs, archivedMs) + sweptMs;
}

/** Says how long a rebuild waits, and what for. */
export function waitsText(parts: WaitParts): string {
  const { settleMs, clockMarginMs, archivedMs, handledMs, sweptMs } = parts;
  const followed = durationText(settleMs + clockMarginMs);
  const handled = durationText(Math.max(handledMs, archivedMs));
  const swept = sweptMs === 0 ? "" : `; until alarms are swept, ${durationText(sweptMs)}`;
  return `at least ${durationText(minWaitsMs(parts))}: until all functions write to both tables, ${followed}, and that is archived, ${durationText(archivedMs)}; until they write to the new ones first, ${followed}, and it can be verified, ${handled}${swept}`;
}
