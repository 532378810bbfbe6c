import { DAY_MS } from "@rainhooks/core";
import type { NodeRecord } from "@rainhooks/node-status";
import { dayText } from "../alarms/alarm-item.ts";
import { nodesWithAlarms, nodesWithOpenAlarms } from "../alarms/alarm-store.ts";
import { appliesTo } from "../condition/condition.ts";
import { evaluate } from "../evaluate.ts";
import { type Outage, outagesOf } from "../outage/hold.ts";
import type { RuleVersion } from "../rule/rule.ts";
import { LOOK_BACK_MS } from "../rules/needs.ts";
import { connectionVersions, heldHistory, isInIndex, nodeFactsOf } from "./evaluate-node.ts";
import { outageTexts } from "./outage-state.ts";
import type { Sweep } from "./parts.ts";
import type { Subjects } from "./subjects.ts";

/** Returns true if an alarm of a node that would be raised at a time is held back by an outage that lasts. */
export function isHeld({ fleet, outages }: Sweep, nodeId: string, raisedMs: number): boolean {
  const record = fleet?.get(nodeId);
  if (record === undefined) return false;
  const lasting = outages.filter((outage) => outage.endMs === undefined && outage.raisedMs <= raisedMs);
  return lasting.length > 0 && outagesOf(lasting, nodeFactsOf(record)).length > 0;
}

/** Adds the nodes whose alarms change because outages have changed. */
export function addChanged(sweep: Sweep, { nodes }: Subjects, before: readonly Outage[]): void {
  const [was, is] = [new Set(outageTexts(before)), new Set(outageTexts(sweep.outages))];
  const other = (outages: readonly Outage[], texts: ReadonlySet<string>) =>
    outages.filter((outage) => outageTexts([outage]).some((text) => !texts.has(text)));
  const changed = [...other(before, is), ...other(sweep.outages, was)];
  if (changed.length === 0) return;
  const versions = connectionVersions(sweep, sweep.nowMs - LOOK_BACK_MS);
  for (const record of sweep.fleet?.values() ?? []) {
    if (outagesOf(changed, nodeFactsOf(record)).length === 0) continue;
    const shown = (outages: readonly Outage[]) =>
      JSON.stringify(
        versions.map((version) => evaluate(version, heldHistory({ outages }, record, 0), sweep.nowMs)),
      );
    if (shown(before) !== shown(sweep.outages)) nodes.add(record.nodeId);
  }
}

/** From this many nodes on, it is asked first which of them can have alarms. */
const MANY = 1000;

/**
 * Leaves out the nodes whose rows show no alarm, and that have none: after an outage, most nodes come back. Without this, each would be evaluated by
 * itself, with the same result.
 */
export async function leaveOutQuiet(sweep: Sweep, { nodes, pending }: Subjects): Promise<void> {
  const { fleet, nowMs } = sweep;
  if (fleet === undefined || nodes.size < MANY) return;
  const versions = connectionVersions(sweep, nowMs - LOOK_BACK_MS);
  const withAlarms = await nodesWithAnyAlarm(sweep, versions);
  for (const nodeId of nodes) {
    const record = fleet.get(nodeId);
    if (record === undefined || pending.has(nodeId) || withAlarms.has(nodeId)) continue;
    if (isQuiet(sweep, record, versions)) nodes.delete(nodeId);
  }
}

async function nodesWithAnyAlarm(
  { tables, nowMs, rules }: Sweep,
  versions: readonly RuleVersion[],
): Promise<Set<string>> {
  const found = new Set<string>();
  if (versions.length === 0) return found;
  for (const { name } of rules.rules)
    for await (const nodeId of nodesWithOpenAlarms(tables.alarms, name)) found.add(nodeId);
  for (let atMs = nowMs - LOOK_BACK_MS - DAY_MS; atMs <= nowMs + DAY_MS; atMs += DAY_MS)
    for await (const nodeId of nodesWithAlarms(tables.alarms, dayText(atMs))) found.add(nodeId);
  return found;
}

function isQuiet(sweep: Sweep, record: NodeRecord, versions: readonly RuleVersion[]): boolean {
  const history = heldHistory(sweep, record, 0);
  if (record.movedBeforeMs !== undefined || !isInIndex(history, record.offlineSinceMs)) return false;
  return versions.every(
    (version) =>
      appliesTo(version.rule.where, history.node) !== true ||
      evaluate(version, history, sweep.nowMs).length === 0,
  );
}
