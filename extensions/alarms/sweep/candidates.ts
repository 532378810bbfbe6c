import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { type DueNode, nodesDue, nodesWithOpenAlarms } from "../alarms/due.ts";
import { evaluate } from "../evaluate.ts";
import { outagesOf } from "../outage/hold.ts";
import { isConnectionRule, isGroupKind, needsTags, type RuleVersion } from "../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/rule-store.ts";
import { eachMarkedSeries, eachOfflineSince, readMarkedNodes } from "../stores/marked-nodes.ts";
import { LATE_MS } from "../stores/needs-evaluation.ts";
import { historyOf, isInIndex, nodeFactsOf, scanNodeRecords } from "../stores/node-record.ts";
import type { Pass, Sweep } from "./sweep-state.ts";

/**
 * How far a sweep looks back before the last one: longer than an event may come late without a
 * mark, and than a write takes.
 */
export const OVERLAP_MS = LATE_MS + 4 * MINUTE_MS;

/** Something that may have become an alarm, or be none any more. */
export interface Candidate extends DueNode {
  /** For {@link SweepMemory}: what is known of it, and the time of it. */
  readonly known?: { readonly key: string; readonly atMs: number } | undefined;
}

/** Which candidates to find. Times are epoch milliseconds. */
interface CandidateRange {
  /** When the last round of the pass began; `undefined` for the first one. */
  readonly sweptMs: number | undefined;
  /** When the first round of the pass began. */
  readonly sinceMs: number;
  /** From when on to look at what has happened. */
  readonly fromMs: number;
}

/**
 * Returns all that a pass of a sweep has to evaluate, by their keys, in order. This is the one list
 * of where candidates come from:
 *
 * | pass | what | found by |
 * | --- | --- | --- |
 * | any | what was noted for a time, alarms that end, wait or are about a series | index by due |
 * | changes | nodes and series whose changes may matter | marks |
 * | changes | nodes that are silent; what began before its rule | a 60th of all nodes each minute |
 * | a severity | nodes that have been offline for long enough | index by status |
 * | a severity | alarms of a version of a rule that has ended | index of open alarms |
 */
export async function candidatesOf(
  sweep: Sweep,
  pass: Pass,
  range: CandidateRange,
): Promise<[string, Candidate][]> {
  const found = new Map<string, Candidate>();
  for (const source of sourcesOf(sweep, pass, range))
    for await (const candidate of source) {
      const key = keyOf(candidate);
      const isPending = candidate.isPending === true || found.get(key)?.isPending === true;
      const { known } = candidate;
      if (known === undefined || sweep.memory.isNew(known.key, known.atMs))
        found.set(key, { ...candidate, isPending });
    }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

function keyOf({ nodeId, series = "", groupAlarm }: DueNode): string {
  return JSON.stringify([nodeId, series, groupAlarm?.["item"]?.S ?? ""]);
}

function sourcesOf(sweep: Sweep, pass: Pass, range: CandidateRange): AsyncIterable<Candidate>[] {
  const due = nodesDue(sweep.tables.alarms, pass, sweep.nowMs);
  if (pass === "changes")
    return [due, markedNodes(sweep, range), markedSeries(sweep, range), nodesScanned(sweep, range)];
  const versions = nodeVersions(sweep.rules.rules, sweep.nowMs - LOOK_BACK_MS).filter(
    ({ rule }) => rule.severity === pass,
  );
  return [
    due,
    ...versions.flatMap((version) => [
      nodesOffline(sweep, version, range),
      openOfEnded(sweep, version, range),
    ]),
  ];
}

async function* markedNodes(
  { tables, nowMs }: Sweep,
  { fromMs }: CandidateRange,
): AsyncGenerator<Candidate> {
  for await (const { nodeId, atMs } of readMarkedNodes(tables.nodes, {
    fromMs,
    toMs: nowMs + LATE_MS,
  }))
    yield { nodeId, known: { key: nodeId, atMs } };
}

async function* markedSeries(sweep: Sweep, { fromMs }: CandidateRange): AsyncGenerator<Candidate> {
  const { tables, rules, nowMs } = sweep;
  const hasSeries = nodeVersions(rules.rules, nowMs - LOOK_BACK_MS).some(
    ({ rule }) => "series" in rule,
  );
  if (!hasSeries) return;
  yield* eachMarkedSeries(tables.series, { fromMs, toMs: nowMs + LATE_MS });
}

/** In how many parts all nodes are looked at, one in a minute. */
const SCAN_PARTS = 60;

/**
 * Yields the nodes whose rows show an alarm that has begun since they were looked at an hour ago,
 * and that no index has.
 */
async function* nodesScanned(
  sweep: Sweep,
  { sweptMs, sinceMs }: CandidateRange,
): AsyncGenerator<Candidate> {
  const { tables, rules, nowMs, fleet } = sweep;
  const hourAgoMs = (sweptMs ?? sinceMs) - HOUR_MS - OVERLAP_MS;
  const lookedAtMs = hourAgoMs < sinceMs ? 0 : hourAgoMs;
  const versions = nodeVersions(rules.rules, nowMs).filter(
    ({ rule, fromMs }) => isConnectionRule(rule) && (rule.kind === "silent" || fromMs > lookedAtMs),
  );
  if (versions.length === 0) return;
  const minute = Math.floor(nowMs / MINUTE_MS);
  const before = sweptMs === undefined ? minute - 1 : Math.floor(sweptMs / MINUTE_MS);
  for (let part = Math.max(before + 1, minute - SCAN_PARTS + 1); part <= minute; part += 1)
    for await (const record of scanNodeRecords(
      tables.nodes,
      { index: part % SCAN_PARTS, count: SCAN_PARTS },
      sweep.outages.some(({ rule }) => needsTags(rule)),
    )) {
      const history = historyOf(fleet?.get(record.nodeId) ?? record, 0, sweep.outages);
      const isIndexed = isInIndex(history, record.offlineSinceMs);
      const last = versions
        .filter(({ rule }) => rule.kind !== "offline" || !isIndexed)
        .flatMap((version) => evaluate(version, history, nowMs).slice(-1));
      if (last.some(({ ended, raisedMs }) => ended === undefined && raisedMs > lookedAtMs))
        yield { nodeId: record.nodeId };
    }
}

/**
 * Yields the nodes that have been offline for long enough since the last sweep; for a new version
 * of a rule, all that are. Those whose alarms an outage holds back are left out: they are noted
 * when it ends, whatever their group is then.
 */
async function* nodesOffline(
  sweep: Sweep,
  { rule, fromMs: beginsMs, untilMs = Number.POSITIVE_INFINITY }: RuleVersion,
  { sweptMs, fromMs }: CandidateRange,
): AsyncGenerator<Candidate> {
  const { tables, nowMs } = sweep;
  if (rule.kind !== "offline" || beginsMs > nowMs || untilMs <= nowMs) return;
  const isNew = sweptMs === undefined || beginsMs > sweptMs;
  const times = { fromMs: isNew ? 0 : fromMs - rule.forMs, toMs: nowMs - rule.forMs };
  for await (const { nodeId, atMs } of eachOfflineSince(tables.nodes, times)) {
    const dueMs = Math.max(atMs + rule.forMs, beginsMs);
    if (!isHeld(sweep, nodeId, dueMs))
      yield { nodeId, known: { key: `${rule.name} ${beginsMs} ${nodeId}`, atMs: dueMs } };
  }
}

/**
 * Returns true if an alarm of a node that would be raised at a time is held back by an outage that
 * lasts.
 */
function isHeld({ fleet, outages }: Sweep, nodeId: string, raisedMs: number): boolean {
  const record = fleet?.get(nodeId);
  if (record === undefined) return false;
  const lasting = outages.filter(
    (outage) => outage.endMs === undefined && outage.raisedMs <= raisedMs,
  );
  return lasting.length > 0 && outagesOf(lasting, nodeFactsOf(record)).length > 0;
}

/** Yields what has open alarms of a version that has ended. */
async function* openOfEnded(
  { tables, nowMs }: Sweep,
  { rule, version, untilMs }: RuleVersion,
  { fromMs }: CandidateRange,
): AsyncGenerator<Candidate> {
  if (untilMs === undefined || untilMs > nowMs || untilMs < fromMs || isGroupKind(rule.kind))
    return;
  yield* nodesWithOpenAlarms(tables.alarms, { rule, version });
}
