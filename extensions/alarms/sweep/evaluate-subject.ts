import { appliesTo } from "@rainhooks/conditions/condition";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { readLastPoint, readPoints } from "@rainhooks/time-series/read-points";
import type { Point } from "@rainhooks/time-series/series-keys";
import { type Alarm, isLasting, startsOfRecent } from "../alarms/alarm.ts";
import { readAlarm, readAlarmsOf } from "../alarms/alarm-store.ts";
import { type DueSubject, deletePending, putPending } from "../alarms/due.ts";
import { afterWait } from "../alarms/transition.ts";
import type { Episode } from "../episode.ts";
import { evaluate, evaluatedFromMs, nextRaisedMs } from "../evaluate.ts";
import type { NodeHistory } from "../history.ts";
import { isConnectionRule, type RuleVersion } from "../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/needs.ts";
import { type NodeRecord, nodeFactsOf, readNodeRecord } from "../stores/node-record.ts";
import { asksForTags, historyWithOutages, isInIndex, needsTags } from "./node-history.ts";
import type { Sweep } from "./sweep.ts";
import { closeAlarms, episodeOnly, put, writeChanges } from "./write-changes.ts";

/**
 * Twice the longest window of a rule about flapping: what shows whether an episode continues an earlier one.
 */
const TRANSITIONS_BEFORE_MS = 2 * DAY_MS;
/** How far back values are evaluated. A value that comes later than this changes no alarm. */
const VALUES_BACK_MS = DAY_MS;
/** The longest duration or window of a rule about values. */
const VALUES_BEFORE_MS = DAY_MS;

/** The alarms of what was evaluated. */
export interface EvaluatedAlarms {
  /** As they were stored. */
  readonly read: readonly Alarm[];
  /** Those that were written, in this order. */
  readonly written: readonly Alarm[];
}

/**
 * Evaluates all rules about a node, or about one of its series, ends the waits of its alarms that are over,
 * and writes what has changed. A node of which nothing is stored is left as it is.
 */
export async function evaluateSubject(sweep: Sweep, subject: DueSubject): Promise<EvaluatedAlarms> {
  const { alarms: table } = sweep.tables;
  const { nodeId, series, groupAlarm, isPending } = subject;
  if (groupAlarm !== undefined) {
    const alarm = await readAlarm(table, groupAlarm);
    return withoutWaits(sweep, alarm === undefined ? [] : [alarm]);
  }
  const stored = (await readAlarmsOf(table, nodeId)).filter((alarm) => alarm.series === series);
  if (stored.some((alarm) => isFromLaterSweep(alarm, sweep.nowMs))) return { read: [], written: [] };
  const { read, written } = await withoutWaits(sweep, stored);
  const alarms = [...new Map([...read, ...written].map((alarm) => [alarm.alarmId, alarm])).values()];
  const result =
    series === undefined
      ? await evaluateNode(sweep, nodeId, alarms)
      : await evaluateSeries(sweep, nodeId, series, alarms);
  if (result.dueMs !== undefined) await putPending(table, subject, "changes", result.dueMs, sweep.nowMs);
  else if (isPending === true) await deletePending(table, subject);
  return { read, written: [...written, ...result.written] };
}

/** What the evaluation of a subject has written. */
interface Result {
  readonly written: readonly Alarm[];
  /** When it has to be evaluated again although nothing happens, epoch milliseconds. */
  readonly dueMs?: number | undefined;
}

/** Events may be of a time that is a few seconds ahead. */
const AHEAD_MS = 10_000;

/**
 * Returns true for an alarm that a sweep has changed which began after this one: it has seen more, and this
 * one would take that back.
 */
function isFromLaterSweep({ raisedMs, retractedMs = 0, endMs = 0 }: Alarm, nowMs: number): boolean {
  return Math.max(raisedMs, retractedMs, endMs) > nowMs + AHEAD_MS;
}

/**
 * Ends the waits that are over: shelving, maintenance, and the time until an alarm is sent again.
 */
async function withoutWaits(sweep: Sweep, read: readonly Alarm[]): Promise<EvaluatedAlarms> {
  const written: Alarm[] = [];
  for (const alarm of read) {
    const next = afterWait(alarm, sweep.nowMs);
    if (next !== undefined) written.push(await put(sweep, next, alarm));
  }
  return { read, written };
}

async function evaluateNode(sweep: Sweep, nodeId: string, alarms: readonly Alarm[]): Promise<Result> {
  const { tables, nowMs, rules, outages } = sweep;
  const backMs = nowMs - LOOK_BACK_MS;
  const fromMs = Math.min(backMs, ...startsOfRecent(alarms, backMs));
  const versions = nodeVersions(rules.rules, fromMs).filter(({ rule }) => isConnectionRule(rule));
  const withTags =
    [...versions, ...outages].some(({ rule }) => needsTags(rule)) || rules.maintenance.some(asksForTags);
  const record = await readNodeRecord(tables.nodes, nodeId, fromMs - TRANSITIONS_BEFORE_MS, withTags);
  if (record === undefined) return { written: [] };
  const history = historyWithOutages(sweep, record, fromMs);
  const written = await evaluateVersions(sweep, versions, history, alarms);
  return { written, dueMs: dueMsOf(sweep, record, history, versions) };
}

/**
 * Returns when a node must be evaluated again although nothing happens. The index by status shows most of it;
 * not so if a node that is offline has disconnected again meanwhile, or if an outage holds its alarm back.
 */
function dueMsOf(
  { nowMs }: Sweep,
  { offlineSinceMs }: NodeRecord,
  history: NodeHistory,
  versions: readonly RuleVersion[],
): number | undefined {
  if (isInIndex(history, offlineSinceMs) && (history.outages ?? []).length === 0) return undefined;
  const times = versions
    .filter(({ rule }) => appliesTo(rule.where, history.node) === true)
    .map((version) => nextRaisedMs(version, history, nowMs))
    .filter((atMs) => atMs !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** It has to be evaluated again at the next value of a node whose clock is ahead. */
async function evaluateSeries(
  sweep: Sweep,
  nodeId: string,
  name: string,
  alarms: readonly Alarm[],
): Promise<Result> {
  const { rules, nowMs } = sweep;
  const backMs = nowMs - VALUES_BACK_MS;
  const fromMs = Math.min(backMs, ...startsOfRecent(alarms, backMs));
  const versions = nodeVersions(rules.rules, Math.min(nowMs - LOOK_BACK_MS, fromMs)).filter(
    ({ rule }) => "series" in rule && rule.series === name,
  );
  if (versions.length === 0) return { written: [] };
  const history = await readSeriesHistory(sweep, nodeId, name, versions, fromMs);
  const written = await evaluateVersions(sweep, versions, history, alarms);
  const next = history.series?.points.find(({ atMs }) => atMs > nowMs);
  return next !== undefined && next.atMs - nowMs <= MAX_AHEAD_MS
    ? { written, dueMs: next.atMs }
    : { written };
}

/** A clock that is further ahead is wrong, and what it says is of no time that is waited for. */
const MAX_AHEAD_MS = DAY_MS;

async function readSeriesHistory(
  { tables, nowMs }: Sweep,
  nodeId: string,
  name: string,
  versions: readonly RuleVersion[],
  fromMs: number,
): Promise<NodeHistory> {
  const asksForNode = versions.some(
    ({ rule }) => rule.where !== undefined || ("when" in rule && rule.when !== undefined),
  );
  const readFromMs = Math.max(0, fromMs - VALUES_BEFORE_MS);
  const [record, points, before] = await Promise.all([
    asksForNode ? readNodeRecord(tables.nodes, nodeId, Number.MAX_SAFE_INTEGER, true) : undefined,
    readPoints(tables.series, { nodeId, name, fromMs: readFromMs, toMs: Number.MAX_SAFE_INTEGER }, nowMs),
    readLastPoint(tables.series, { nodeId, name, toMs: readFromMs }, nowMs),
  ]);
  return {
    node: record === undefined ? { id: nodeId, tags: [] } : nodeFactsOf(record),
    fromMs,
    transitions: [],
    series: {
      name,
      points: before === undefined ? points : [before, ...points],
      complete: before === undefined && !canHaveExpired(points[0], nowMs - readFromMs),
    },
  };
}

/**
 * Whether points before the first one that is left can have been there and have expired: then it is not known
 * when something began.
 */
function canHaveExpired(first: Point | undefined, readMs: number): boolean {
  if (first === undefined) return true;
  const { atMs, expiresAtS } = first;
  return expiresAtS !== undefined && expiresAtS * SECOND_MS - atMs < readMs;
}

async function evaluateVersions(
  sweep: Sweep,
  versions: readonly RuleVersion[],
  history: NodeHistory,
  alarms: readonly Alarm[],
): Promise<Alarm[]> {
  const written: Alarm[] = [];
  for (const version of versions) written.push(...(await evaluateVersion(sweep, version, history, alarms)));
  return written;
}

/** Evaluates a version of a rule for a subject, and writes what has changed. */
async function evaluateVersion(
  sweep: Sweep,
  version: RuleVersion,
  history: NodeHistory,
  alarms: readonly Alarm[],
): Promise<Alarm[]> {
  const { rule, version: number } = version;
  const { node } = history;
  const own = alarms.filter((alarm) => alarm.rule === rule.name && alarm.version === number);
  if (appliesTo(rule.where, node) !== true) return closeAlarms(sweep, version, node, own, alarms);
  const fromMs = evaluatedFromMs(rule, history);
  const shown = evaluate(version, history, sweep.nowMs);
  const isComparable = ({ startMs }: Alarm) => startMs >= fromMs;
  const earlier = own.filter((alarm) => !isComparable(alarm) && isLasting(alarm));
  const ended = endedEarlier(version, earlier, fromMs, sweep.nowMs);
  // Silence is known from when the node was heard last, however long ago it began.
  const also = rule.kind === "silent" || ended.length > 0 ? earlier : [];
  const isKnown = ({ alarmId }: Episode) =>
    alarms.some((alarm) => alarm.alarmId === alarmId && alarm.retractedMs === undefined);
  return writeChanges(sweep, {
    rule,
    node: history.series === undefined || shown.every(isKnown) ? node : await factsOfNew(sweep, node),
    all: alarms,
    stored: [...own.filter(isComparable), ...also],
    shown: [...shown, ...ended],
  });
}

/**
 * Returns what is known of the node of a new alarm about a series: a node whose conditions are not asked for
 * was not read.
 */
async function factsOfNew({ tables, rules }: Sweep, node: NodeAttributes): Promise<NodeAttributes> {
  if (node.name !== undefined) return node;
  const withTags = rules.maintenance.some(asksForTags);
  const record = await readNodeRecord(tables.nodes, node.id, Number.MAX_SAFE_INTEGER, withTags);
  return record === undefined ? node : nodeFactsOf(record);
}

/**
 * Returns alarms of a series that last and began before what is known of its values: the first value within
 * the bounds, or the end of the version, ends them.
 */
function endedEarlier(
  { rule, untilMs = Number.POSITIVE_INFINITY }: RuleVersion,
  earlier: readonly Alarm[],
  fromMs: number,
  nowMs: number,
): Episode[] {
  const endMs = Math.min(fromMs, untilMs);
  if (!("series" in rule) || endMs > nowMs) return [];
  const ended = untilMs <= fromMs ? "rule-changed" : "cleared";
  return earlier.map((alarm) => ({ ...episodeOnly(alarm), endMs, ended }));
}
