import { DAY_MS } from "@rainhooks/core/durations";
import type { Outage } from "../../outage/hold.ts";
import { storedState } from "../stored-state.ts";

/** What the last sweep that evaluated outages has left. */
export interface OutageState {
  /** Epoch milliseconds. */
  readonly evaluatedMs: number;
  /** How many nodes more had to be offline then for another outage; absent if no number is enough. */
  readonly missing?: number | undefined;
  /**
   * When something that lasts becomes an outage, if nothing changes, epoch milliseconds; absent if nothing
   * does.
   */
  readonly dueMs?: number | undefined;
  /** True if the stage had too many nodes. */
  readonly isTooLarge?: true;
  /** The outages for which nodes were evaluated. */
  readonly held: readonly HeldOutage[];
  /** Those for which nodes were going to be evaluated; absent when that has ended. */
  readonly applying?: readonly HeldOutage[] | undefined;
}

/** What of an outage decides which alarms of nodes are held back. */
export interface HeldOutage {
  readonly rule: string;
  readonly version: number;
  readonly group: string;
  readonly raisedMs: number;
  readonly endMs?: number | undefined;
}

/** An outage that ended longer ago does not change any more. */
const KEPT_MS = 2 * DAY_MS;

/** Returns what of outages decides which alarms of nodes are held back, without those that ended long ago. */
export function heldOutages(outages: readonly Outage[], nowMs: number): HeldOutage[] {
  const recent = outages.filter(({ endMs = nowMs }) => nowMs - endMs < KEPT_MS);
  return recent.map(({ rule, version, group, raisedMs, endMs }) => ({
    rule: rule.name,
    version,
    group,
    raisedMs,
    ...(endMs === undefined ? {} : { endMs }),
  }));
}

/**
 * What the last sweep that evaluated outages has left. It is written after the alarms of nodes were evaluated
 * with them.
 */
export const outageState = storedState<OutageState>("outages");
