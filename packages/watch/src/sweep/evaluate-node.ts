import { type NodeRecord, readNodeRecord } from "@rainhooks/node-status";
import type { Alarm } from "../alarms/alarm.ts";
import { putPending, readAlarmsOf } from "../alarms/alarm-store.ts";
import { appliesTo, type NodeFacts } from "../condition/condition.ts";
import type { Episode } from "../episode.ts";
import { evaluate, evaluatedFromMs, nextRaisedMs } from "../evaluate.ts";
import { faultTransitions } from "../faults.ts";
import type { NodeHistory } from "../history.ts";
import { outagesOf } from "../outage/hold.ts";
import { isConnectionRule, type Rule, type RuleVersion } from "../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/needs.ts";
import type { Sweep } from "./parts.ts";
import { writeChanges } from "./write-changes.ts";

/** Twice the longest window of a rule about flapping: what shows whether an episode continues an earlier one. */
const READ_BEFORE_MS = 2 * 86_400_000;

/**
 * Evaluates all rules about the connection of a node, and writes what has changed. A node of which nothing is stored is left as it is.
 *
 * @param isPending True if it was noted that the node has to be evaluated now.
 */
export async function evaluateNode(sweep: Sweep, nodeId: string, isPending: boolean): Promise<void> {
  const { tables, nowMs } = sweep;
  const alarms = (await readAlarmsOf(tables.alarms, nodeId)).filter(({ series }) => series === undefined);
  const openStarts = alarms.filter(({ endMs }) => endMs === undefined).map(({ startMs }) => startMs);
  const fromMs = Math.min(nowMs - LOOK_BACK_MS, ...openStarts);
  const versions = connectionVersions(sweep, fromMs);
  const asking = [...versions, ...sweep.outages].map(({ rule }) => rule);
  const record = await readNodeRecord(tables.nodes, nodeId, fromMs - READ_BEFORE_MS, asking.some(needsTags));
  const dueMs =
    record === undefined ? undefined : await evaluateRecord(sweep, record, fromMs, versions, alarms);
  if (dueMs !== undefined || isPending) await putPending(tables.alarms, nodeId, dueMs);
}

/** Returns whether the tags of a node decide whether a rule is about it. */
function needsTags(rule: Rule): boolean {
  return rule.where?.includes("tags") === true || (rule.kind === "outage" && rule.by === "tag");
}

/** @returns When the node has to be evaluated again although nothing happens, epoch milliseconds. */
async function evaluateRecord(
  sweep: Sweep,
  record: NodeRecord,
  fromMs: number,
  versions: readonly RuleVersion[],
  alarms: readonly Alarm[],
): Promise<number | undefined> {
  const history = heldHistory(sweep, record, fromMs);
  for (const version of versions) await evaluateVersion(sweep, version, history, alarms);
  return pendingMs(sweep, record, history, versions);
}

/** Returns the versions of rules about the connection of nodes that can have alarms that began after a time. */
export function connectionVersions({ rules }: Pick<Sweep, "rules">, fromMs: number): RuleVersion[] {
  return nodeVersions(rules.rules, fromMs).filter(({ rule }) => isConnectionRule(rule));
}

/** Returns the history of a node with the outages of its groups. */
export function heldHistory(
  { outages }: Pick<Sweep, "outages">,
  record: NodeRecord,
  fromMs: number,
): NodeHistory {
  const history = historyOf(record, fromMs);
  return outages.length === 0 ? history : { ...history, outages: outagesOf(outages, history.node) };
}

/** Returns what conditions know of a node. */
export function nodeFactsOf({
  nodeId,
  config,
  tags,
}: Pick<NodeRecord, "nodeId" | "config" | "tags">): NodeFacts {
  const { name, type, model, firmware } = config ?? {};
  return { id: nodeId, name, type, model, firmware, tags };
}

/** Returns the history of a node, for rules about its connection. Before its first known change of state, nothing is known of it. */
export function historyOf(record: NodeRecord, fromMs: number): NodeHistory {
  const { heard, disconnectReason } = record;
  const transitions = faultTransitions(record);
  return {
    node: nodeFactsOf(record),
    fromMs: Math.max(fromMs, transitions[0]?.atMs ?? fromMs),
    transitions,
    ...(disconnectReason === undefined ? {} : { disconnect: disconnectReason }),
    heard: heard.intervalMs === 0 ? undefined : heard,
  };
}

/** Evaluates a version of a rule for a subject, and writes what has changed. */
export async function evaluateVersion(
  sweep: Sweep,
  version: RuleVersion,
  history: NodeHistory,
  alarms: readonly Alarm[],
): Promise<void> {
  const { rule, version: number } = version;
  const own = alarms.filter((alarm) => alarm.rule === rule.name && alarm.version === number);
  if (appliesTo(rule.where, history.node) !== true) return leave(sweep, version, history, own, alarms);
  const fromMs = evaluatedFromMs(rule, history);
  const shown = evaluate(version, history, sweep.nowMs);
  const stored = own.filter(({ startMs }) => startMs >= fromMs);
  await writeChanges(sweep, { rule, node: history.node, all: alarms, stored, shown });
}

/** Closes the alarms of a node or a group that a rule is not about any more. What has ended stays as it is. */
export async function leave(
  sweep: Sweep,
  { rule }: RuleVersion,
  { node }: Pick<NodeHistory, "node">,
  own: readonly Alarm[],
  all: readonly Alarm[],
): Promise<void> {
  const open = own.filter(({ endMs, retractedMs }) => endMs === undefined && retractedMs === undefined);
  const shown = open.map(
    (alarm): Episode => ({ ...episodeOnly(alarm), endMs: sweep.nowMs, ended: "rule-changed" }),
  );
  await writeChanges(sweep, { rule, node, all, stored: open, shown });
}

function episodeOnly({
  alarmId,
  rule,
  version,
  nodeId,
  series,
  startMs,
  raisedMs,
  endMs,
  memberCount,
  members,
  ratio,
  reason,
  ended,
}: Alarm): Episode {
  return {
    alarmId,
    rule,
    version,
    nodeId,
    ...(series === undefined ? {} : { series }),
    startMs,
    raisedMs,
    endMs,
    ...(memberCount === undefined ? {} : { memberCount, members }),
    ...(ratio === undefined ? {} : { ratio }),
    ...(reason === undefined ? {} : { reason }),
    ended,
  };
}

/**
 * Returns when a node must be evaluated again although nothing happens. The index by status shows most of it; not so if a node that is offline
 * has disconnected again meanwhile.
 */
function pendingMs(
  { nowMs }: Sweep,
  { offlineSinceMs }: NodeRecord,
  history: NodeHistory,
  versions: readonly RuleVersion[],
): number | undefined {
  if (isInIndex(history, offlineSinceMs)) return undefined;
  const times = versions
    .filter(({ rule }) => appliesTo(rule.where, history.node) === true)
    .map((version) => nextRaisedMs(version, history, nowMs))
    .filter((atMs) => atMs !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Returns true if the index by status shows when a node has been offline for long enough, or it is not offline. */
export function isInIndex({ transitions }: NodeHistory, offlineSinceMs: number | undefined): boolean {
  const last = transitions.at(-1);
  return last === undefined || last.state === "online" || last.atMs === offlineSinceMs;
}
