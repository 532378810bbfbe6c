import type { Subject } from "../../alarms/due.ts";
import { evaluate } from "../../evaluate.ts";
import { type Outage, outagesOf } from "../../outage/hold.ts";
import { isConnectionRule } from "../../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../../rules/needs.ts";
import { heldHistory, nodeFactsOf } from "../node-history.ts";
import type { Sweep } from "../parts.ts";
import { type HeldOutage, heldOutages } from "./outage-state.ts";

/** Returns true if an alarm of a node that would be raised at a time is held back by an outage that lasts. */
export function isHeld({ fleet, outages }: Sweep, nodeId: string, raisedMs: number): boolean {
  const record = fleet?.get(nodeId);
  if (record === undefined) return false;
  const lasting = outages.filter((outage) => outage.endMs === undefined && outage.raisedMs <= raisedMs);
  return lasting.length > 0 && outagesOf(lasting, nodeFactsOf(record)).length > 0;
}

/** Returns the nodes whose alarms change because outages have changed. */
export function nodesMoved(sweep: Sweep, before: readonly Outage[]): Subject[] {
  const { outages, nowMs, fleet } = sweep;
  const changed = [...without(before, outages), ...without(outages, before)];
  if (changed.length === 0 || fleet === undefined) return [];
  const versions = nodeVersions(sweep.rules.rules, nowMs - LOOK_BACK_MS).filter(({ rule }) =>
    isConnectionRule(rule),
  );
  return [...fleet.values()].flatMap((record) => {
    if (outagesOf(changed, nodeFactsOf(record)).length === 0) return [];
    const shown = (some: readonly Outage[]) =>
      JSON.stringify(
        versions.map((version) => evaluate(version, heldHistory({ outages: some }, record, 0), nowMs)),
      );
    return shown(before) === shown(outages) ? [] : [{ nodeId: record.nodeId }];
  });
}

function without(outages: readonly Outage[], others: readonly Outage[]): Outage[] {
  const texts = new Set(heldOutages(others).map(textOf));
  return outages.filter((outage) => !texts.has(heldOutages([outage]).map(textOf).join()));
}

/** Returns true if both hold back the same alarms. */
export function holdTheSame(a: readonly HeldOutage[], b: readonly HeldOutage[]): boolean {
  return JSON.stringify(a.map(textOf).sort()) === JSON.stringify(b.map(textOf).sort());
}

function textOf({ rule, version, group, raisedMs, endMs = 0 }: HeldOutage): string {
  return JSON.stringify([rule, version, group, raisedMs, endMs]);
}
