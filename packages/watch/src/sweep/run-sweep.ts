import { MINUTE_MS } from "@rainhooks/core";
import { eachMarked, eachOfflineSince, LATE_MS } from "@rainhooks/node-status";
import { eachMarkedSeries } from "@rainhooks/time-series";
import { openAlarms } from "../alarms/alarm-store.ts";
import { restMs } from "../outage/hold.ts";
import { isGroupKind, type OfflineRule } from "../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/needs.ts";
import { readWatchRules } from "../rules/rule-store.ts";
import { evaluateNode } from "./evaluate-node.ts";
import { evaluateOutagesDue } from "./evaluate-outages.ts";
import { evaluateRegressionsDue } from "./evaluate-regressions.ts";
import { evaluateSeries } from "./evaluate-series.ts";
import { addChanged, isHeld, leaveOutQuiet } from "./held.ts";
import { writeOutageState } from "./outage-state.ts";
import {
  type SendAlarmEvents,
  type Sweep,
  type SweepCounts,
  SweepMemory,
  type SweepTables,
} from "./parts.ts";
import { addFromScan } from "./scan-all.ts";
import { sendDue, takeDue } from "./send-due.ts";
import { readSweepState, writeSweepState } from "./state.ts";
import { Subjects } from "./subjects.ts";
import { eachSubject } from "./write-changes.ts";

/** How far a sweep looks back before the last one: longer than an event may come late without a mark, and than a write takes. */
const OVERLAP_MS = LATE_MS + 4 * MINUTE_MS;

/** Options of {@link runSweep}. */
export interface SweepOptions extends SweepTables {
  readonly send: SendAlarmEvents;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Returns why alarms cannot be evaluated now, such as events that have not arrived; `undefined` if they can. */
  readonly obstacle?: () => Promise<string | undefined>;
  /** What earlier sweeps of the same process have evaluated. @defaultValue nothing is remembered */
  readonly memory?: SweepMemory;
}

/** What a sweep has done. */
export interface SweepReport extends SweepCounts {
  /** Why alarms were not evaluated. */
  readonly waits?: string | undefined;
  /** What was left out, and why. */
  readonly problem?: string | undefined;
}

/**
 * Finds what has become an alarm, or is none any more, since the last sweep, and sends events about it. Running it twice, late, or twice at the
 * same time does no harm. If it fails, the next one begins where it did.
 */
export async function runSweep(options: SweepOptions): Promise<SweepReport> {
  const { send, nowMs, obstacle, memory = new SweepMemory(), ...tables } = options;
  const rules = await readWatchRules(tables.rules);
  const counts = { evaluated: 0, changed: 0, sent: 0 };
  if (rules.rules.length === 0) return counts;
  const sweep: Sweep = { tables, rules, nowMs, counts, outages: [] };
  const before = await readSweepState(tables.alarms);
  const waits = await obstacle?.();
  if (waits !== undefined) {
    const waitingSinceMs = before?.waitingSinceMs ?? nowMs;
    await writeSweepState(tables.alarms, { sweptMs: before?.sweptMs ?? nowMs, waitingSinceMs });
    return { ...counts, waits };
  }
  await evaluateDue(sweep, before?.sweptMs, memory);
  await sendDue(sweep, send);
  await writeSweepState(tables.alarms, { sweptMs: nowMs });
  return sweep.problem === undefined ? counts : { ...counts, problem: sweep.problem };
}

/** @param sweptMs The time of the last sweep, epoch milliseconds. */
async function evaluateDue(sweep: Sweep, sweptMs: number | undefined, memory: SweepMemory): Promise<void> {
  const subjects = new Subjects();
  await takeDue(sweep, subjects);
  const fromMs = sweptMs === undefined ? 0 : sweptMs - OVERLAP_MS;
  const marked = { fromMs, toMs: sweep.nowMs + LATE_MS };
  const seen = new Map<string, number>();
  for await (const { nodeId, atMs } of eachMarked(sweep.tables.nodes, marked)) {
    if (memory.isNew(nodeId, atMs)) subjects.nodes.add(nodeId);
    seen.set(nodeId, atMs);
  }
  if (hasSeriesRules(sweep))
    for await (const { nodeId, name } of eachMarkedSeries(sweep.tables.series, marked))
      subjects.addSeries(nodeId, name);
  await evaluateRegressionsDue(sweep);
  const evaluated = await evaluateOutagesDue(sweep, subjects.nodes.size, OVERLAP_MS);
  if (evaluated !== undefined) addChanged(sweep, subjects, evaluated.before);
  for (const { nodeId, dueMs, key } of await nodesOffline(sweep, sweptMs, fromMs)) {
    if (memory.isNew(key, dueMs)) subjects.nodes.add(nodeId);
    seen.set(key, dueMs);
  }
  await addClosing(sweep, subjects, fromMs);
  await addFromScan(sweep, subjects, sweptMs);
  await leaveOutQuiet(sweep, subjects);
  await eachSubject(sweep, [...subjects.nodes], (nodeId) =>
    evaluateNode(sweep, nodeId, subjects.pending.has(nodeId)),
  );
  await eachSubject(sweep, subjects.series, ({ nodeId, name }) => evaluateSeries(sweep, nodeId, name));
  if (evaluated !== undefined) await writeOutageState(sweep.tables.alarms, evaluated.state);
  memory.remember(seen, fromMs, sweep.nowMs);
}

function hasSeriesRules({ rules, nowMs }: Sweep): boolean {
  return nodeVersions(rules.rules, nowMs - LOOK_BACK_MS).some(({ rule }) => "series" in rule);
}

/** A node whose alarm is due. */
interface DueNode {
  readonly nodeId: string;
  readonly dueMs: number;
  /** Of the node and the version of the rule, for {@link SweepMemory}. */
  readonly key: string;
}

/**
 * Returns the nodes that have been offline for long enough since the last sweep, or since an outage ended; for a new version of a rule, all that
 * are. Those whose alarms are held back are left out.
 */
async function nodesOffline(sweep: Sweep, sweptMs: number | undefined, fromMs: number): Promise<DueNode[]> {
  const { tables, nowMs } = sweep;
  const nodes: DueNode[] = [];
  for (const { rule, beginsMs } of offlineRules(sweep)) {
    const isNew = sweptMs === undefined || beginsMs > sweptMs;
    const due = { fromMs: isNew ? 0 : fromMs - rule.forMs, toMs: nowMs - rule.forMs, notBeforeMs: beginsMs };
    for (const { notBeforeMs, ...range } of [due, ...afterOutage(sweep, rule, fromMs)])
      for await (const { nodeId, atMs } of eachOfflineSince(tables.nodes, range)) {
        const dueMs = Math.max(atMs + rule.forMs, notBeforeMs);
        if (!isHeld(sweep, nodeId, dueMs))
          nodes.push({ nodeId, dueMs, key: `${rule.name} ${beginsMs} ${nodeId}` });
      }
  }
  return nodes;
}

/** Returns the rules about nodes that are offline, and since when they are in force. */
function offlineRules({ rules, nowMs }: Sweep): { readonly rule: OfflineRule; readonly beginsMs: number }[] {
  return nodeVersions(rules.rules, nowMs).flatMap(({ rule, fromMs, untilMs = Number.POSITIVE_INFINITY }) =>
    rule.kind === "offline" && fromMs <= nowMs && untilMs > nowMs ? [{ rule, beginsMs: fromMs }] : [],
  );
}

/** Returns since when nodes can be offline whose alarms are raised now because an outage has ended. */
function afterOutage(
  { outages, nowMs }: Sweep,
  rule: OfflineRule,
  fromMs: number,
): { readonly fromMs: number; readonly toMs: number; readonly notBeforeMs: number }[] {
  return outages.flatMap(({ raisedMs, endMs = Number.POSITIVE_INFINITY }) => {
    const dueMs = endMs + restMs(rule);
    if (dueMs < fromMs || dueMs > nowMs) return [];
    return [{ fromMs: raisedMs - rule.forMs, toMs: endMs, notBeforeMs: dueMs }];
  });
}

/** Adds what has open alarms of versions that have ended. */
async function addClosing(
  { tables, rules, nowMs }: Sweep,
  subjects: Subjects,
  fromMs: number,
): Promise<void> {
  for (const { rule, version, untilMs } of nodeVersions(rules.rules, nowMs - LOOK_BACK_MS)) {
    if (untilMs === undefined || untilMs > nowMs || untilMs < fromMs || isGroupKind(rule.kind)) continue;
    for await (const { nodeId, series, ...alarm } of openAlarms(tables.alarms, rule.name)) {
      if (alarm.version !== version || alarm.endMs !== undefined) continue;
      if (series === undefined) subjects.nodes.add(nodeId);
      else subjects.addSeries(nodeId, series);
    }
  }
}
