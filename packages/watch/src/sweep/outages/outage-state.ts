import type { Outage } from "../../outage/hold.ts";
import { storedState } from "../stored-state.ts";

/** What the last sweep that evaluated outages has left. */
export interface OutageState {
  /** Epoch milliseconds. */
  readonly evaluatedMs: number;
  /** How many nodes more had to be offline then for another outage; absent if no number is enough. */
  readonly missing?: number | undefined;
  /** When something that lasts becomes an outage, if nothing changes, epoch milliseconds; absent if nothing does. */
  readonly dueMs?: number | undefined;
  /** The outages for which nodes were evaluated. */
  readonly held: readonly HeldOutage[];
}

/** What of an outage decides which alarms of nodes are held back. */
export interface HeldOutage {
  readonly rule: string;
  readonly version: number;
  readonly group: string;
  readonly raisedMs: number;
  readonly endMs?: number | undefined;
}

/** Returns what of outages decides which alarms of nodes are held back. */
export function heldOutages(outages: readonly Outage[]): HeldOutage[] {
  return outages.map(({ rule, version, group, raisedMs, endMs }) => ({
    rule: rule.name,
    version,
    group,
    raisedMs,
    ...(endMs === undefined ? {} : { endMs }),
  }));
}

/** What the last sweep that evaluated outages has left. It is written after the alarms of nodes were evaluated with them. */
export const outageState = storedState<OutageState>("outages");
