import type { DueSubject } from "../../alarms/due.ts";
import { evaluate } from "../../evaluate.ts";
import { type Outage, outagesOf } from "../../outage/hold.ts";
import { isConnectionRule } from "../../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../../rules/needs.ts";
import { heldHistory, nodeFactsOf } from "../node-history.ts";
import type { Sweep } from "../sweep-parts.ts";
import { type HeldOutage, heldOutages } from "./outage-state.ts";

/** Returns true if an alarm of a node that would be raised at a time is held back by an outage that lasts. */
export function isHeld({ fleet, outages }: Sweep, nodeId: string, raisedMs: number): boolean {
  const record = fleet?.get(nodeId);
  if (record === undefined) return false;
  const lasting = outages.filter((outage) => outage.endMs === undefined && outage.raisedMs <= raisedMs);
  return lasting.length > 0 && outagesOf(lasting, nodeFactsOf(record)).length > 0;
}

/**
 * Returns the nodes whose alarms change because outages have changed.
 *
 * @param befores The outages with which nodes may have been evaluated last.
 */
export function nodesMoved(sweep: Sweep, befores: readonly (readonly Outage[])[]): DueSubject[] {
  const { nowMs, fleet } = sweep;
  const outages = sweep.outages.filter((one) => heldOutages([one], nowMs).length > 0);
  const changed = befores.flatMap((before) => [...without(before, outages), ...without(outages, before)]);
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
    const now = shown(outages);
    return befores.every((before) => shown(before) === now) ? [] : [{ nodeId: record.nodeId }];
  });
}

function without(outages: readonly Outage[], others: readonly Outage[]): Outage[] {
  const texts = new Set(others.map(textOfOutage));
  return outages.filter((outage) => !texts.has(textOfOutage(outage)));
}

function textOfOutage({ rule: { name: rule }, version, group, raisedMs, endMs }: Outage): string {
  return textOf({ rule, version, group, raisedMs, endMs });
}

/** Returns a text that is the same for outages that hold back the same alarms. */
export function heldText(outages: readonly HeldOutage[]): string {
  return JSON.stringify(outages.map(textOf).sort());
}

function textOf({ rule, version, group, raisedMs, endMs = 0 }: HeldOutage): string {
  return JSON.stringify([rule, version, group, raisedMs, endMs]);
}
