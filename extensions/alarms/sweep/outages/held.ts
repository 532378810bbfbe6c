import { DAY_MS } from "@rainhooks/core/durations";
import type { DueSubject } from "../../alarms/due.ts";
import { evaluate } from "../../evaluate.ts";
import { type Outage, outagesOf } from "../../outage/hold.ts";
import { isConnectionRule } from "../../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../../rules/needs.ts";
import { historyWithOutages, nodeFactsOf } from "../node-history.ts";
import type { Sweep } from "../sweep.ts";
import { storedState } from "../sweep-state.ts";

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
  readonly held: readonly HoldingOutage[];
  /** Those for which nodes were going to be evaluated; absent when that has ended. */
  readonly applying?: readonly HoldingOutage[] | undefined;
}

/**
 * What the last sweep that evaluated outages has left. It is written after the alarms of nodes were evaluated
 * with them.
 */
export const outageState = storedState<OutageState>("outages");

/** What of an outage decides which alarms of nodes are held back. */
export interface HoldingOutage extends Pick<Outage, "version" | "group" | "raisedMs"> {
  readonly rule: string;
  readonly endMs?: number | undefined;
}

/** An outage that ended longer ago does not change any more. */
const KEPT_MS = 2 * DAY_MS;

/** Returns what of outages decides which alarms of nodes are held back, without those that ended long ago. */
export function holdingOutages(outages: readonly Outage[], nowMs: number): HoldingOutage[] {
  const recent = outages.filter(({ endMs = nowMs }) => nowMs - endMs < KEPT_MS);
  return recent.map(({ rule: { name: rule }, ...outage }) => ({ ...outage, rule }));
}

/** Returns a text that is the same for outages that hold back the same alarms. */
export function holdingText(outages: readonly HoldingOutage[]): string {
  return JSON.stringify(outages.map(textOf).sort());
}

function textOf({ rule, version, group, raisedMs, endMs = 0 }: HoldingOutage): string {
  return JSON.stringify([rule, version, group, raisedMs, endMs]);
}

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
export function nodesToReevaluate(
  { nowMs, fleet, rules, outages: all }: Sweep,
  befores: readonly (readonly Outage[])[],
): DueSubject[] {
  const outages = all.filter((one) => holdingOutages([one], nowMs).length > 0);
  const changed = befores.flatMap((before) => [...without(before, outages), ...without(outages, before)]);
  if (changed.length === 0 || fleet === undefined) return [];
  const versions = nodeVersions(rules.rules, nowMs - LOOK_BACK_MS).filter(({ rule }) =>
    isConnectionRule(rule),
  );
  return [...fleet.values()].flatMap((record) => {
    if (outagesOf(changed, nodeFactsOf(record)).length === 0) return [];
    const shown = (some: readonly Outage[]) =>
      JSON.stringify(
        versions.map((version) => evaluate(version, historyWithOutages({ outages: some }, record, 0), nowMs)),
      );
    const now = shown(outages);
    return befores.every((before) => shown(before) === now) ? [] : [{ nodeId: record.nodeId }];
  });
}

function without(outages: readonly Outage[], others: readonly Outage[]): Outage[] {
  const textOfOutage = ({ rule, ...outage }: Outage) => textOf({ ...outage, rule: rule.name });
  const texts = new Set(others.map(textOfOutage));
  return outages.filter((outage) => !texts.has(textOfOutage(outage)));
}
