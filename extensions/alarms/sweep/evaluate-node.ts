import { appliesTo } from "@rainhooks/conditions/condition";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { readLastPoint, readPoints } from "@rainhooks/time-series/read-points";
import type { Point } from "@rainhooks/time-series/series-keys";
import { type Alarm, isLasting, recentFromMs } from "../alarms/alarm.ts";
import { readAlarm, readAlarmsOf } from "../alarms/alarm-store.ts";
import { type DueNode, deletePending, putPending } from "../alarms/due.ts";
import { afterWait } from "../alarms/transition.ts";
import type { Episode } from "../episode.ts";
import { evaluate, evaluatedFromMs, nextRaisedMs } from "../evaluate.ts";
import type { NodeHistory } from "../history.ts";
import { isConnectionRule, needsTags, type RuleVersion } from "../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/rule-store.ts";
import { historyOf, isInIndex, nodeFactsOf, readNodeRecord } from "../stores/node-record.ts";
import type { Sweep } from "./sweep-state.ts";
import { alarmsToClose, alarmsToWrite, episodeOnly, writeAlarms } from "./write-changes.ts";

/**
 * Twice the longest window of a rule about flapping: what shows whether an episode continues an
 * earlier one.
 */
const TRANSITIONS_BEFORE_MS = 2 * DAY_MS;
/** How far back values are evaluated. A value that comes later than this changes no alarm. */
const VALUES_BACK_MS = DAY_MS;
/** The longest duration or window of a rule about values. */
const VALUES_BEFORE_MS = DAY_MS;

/** What an evaluation has done. */
interface NodeEvaluation {
  /** The alarms as they were read, and then those that were written, as they are now. */
  readonly alarms: readonly Alarm[];
  /** How many were written. */
  readonly changed: number;
}

/**
 * Evaluates all rules about a node, or about one of its series, ends the waits of its alarms that
 * are over, and writes what has changed. A node of which nothing is stored is left as it is.
 */
export async function evaluateNode(sweep: Sweep, due: DueNode): Promise<NodeEvaluation> {
  const { tables, nowMs } = sweep;
  const { nodeId, series, groupAlarm, isPending } = due;
  if (groupAlarm !== undefined) {
    const alarm = await readAlarm(tables.alarms, groupAlarm);
    return endWaits(sweep, alarm === undefined ? [] : [alarm]);
  }
  const stored = (await readAlarmsOf(tables.alarms, nodeId)).filter(
    (alarm) => alarm.series === series,
  );
  if (stored.some((alarm) => isFromLaterSweep(alarm, nowMs))) return { alarms: [], changed: 0 };
  const waited = await endWaits(sweep, stored);
  const alarms = [...new Map(waited.alarms.map((alarm) => [alarm.alarmId, alarm])).values()];
  const known =
    series === undefined
      ? await readNodeHistory(sweep, nodeId, alarms)
      : await readSeriesHistory(sweep, nodeId, series, alarms);
  const changes: Alarm[] = [];
  if (known !== undefined)
    for (const version of known.versions)
      changes.push(...(await evaluateVersion(sweep, version, known.history, alarms)));
  const written = await writeAlarms(sweep, changes, alarms);
  const dueMs = known?.dueMs ?? Number.POSITIVE_INFINITY;
  if (Number.isFinite(dueMs)) await putPending(tables.alarms, due, "changes", dueMs, nowMs);
  else if (isPending === true) await deletePending(tables.alarms, due);
  return { alarms: [...waited.alarms, ...written], changed: waited.changed + written.length };
}

/** Events may be of a time that is a few seconds ahead. */
const AHEAD_MS = 10_000;

/**
 * Returns true for an alarm that a sweep has changed which began after this one: it has seen more,
 * and this one would take that back.
 */
function isFromLaterSweep({ raisedMs, retractedMs = 0, endMs = 0 }: Alarm, nowMs: number): boolean {
  return Math.max(raisedMs, retractedMs, endMs) > nowMs + AHEAD_MS;
}

/**
 * Ends the waits that are over: shelving, maintenance, and the time until an alarm is sent again.
 */
async function endWaits(sweep: Sweep, stored: readonly Alarm[]): Promise<NodeEvaluation> {
  const changes = stored.flatMap((alarm) => afterWait(alarm, sweep.nowMs) ?? []);
  const written = await writeAlarms(sweep, changes, stored);
  return { alarms: [...stored, ...written], changed: written.length };
}

/** What is known of a node or a series, and the versions of rules about it. */
interface KnownHistory {
  readonly history: NodeHistory;
  readonly versions: readonly RuleVersion[];
  /**
   * When it must be evaluated again although nothing happens, epoch milliseconds; infinite if it
   * need not.
   */
  readonly dueMs: number;
}

/**
 * The index by status shows most of what is due; not so if a node that is offline has disconnected
 * again meanwhile, or if an outage holds its alarm back.
 */
async function readNodeHistory(
  { tables, nowMs, rules, outages }: Sweep,
  nodeId: string,
  alarms: readonly Alarm[],
): Promise<KnownHistory | undefined> {
  const fromMs = recentFromMs(alarms, nowMs - LOOK_BACK_MS);
  const versions = nodeVersions(rules.rules, fromMs).filter(({ rule }) => isConnectionRule(rule));
  const conditions = [...[...versions, ...outages].map(({ rule }) => rule), ...rules.maintenance];
  const withTags = conditions.some((one) => needsTags(one));
  const record = await readNodeRecord(
    tables.nodes,
    nodeId,
    fromMs - TRANSITIONS_BEFORE_MS,
    withTags,
  );
  if (record === undefined) return undefined;
  const history = historyOf(record, fromMs, outages);
  const isFound = isInIndex(history, record.offlineSinceMs) && history.outages?.length === 0;
  const times = versions
    .filter(({ rule }) => !isFound && appliesTo(rule.where, history.node) === true)
    .flatMap((version) => nextRaisedMs(version, history, nowMs) ?? []);
  return { history, versions, dueMs: Math.min(...times) };
}

/** A clock that is further ahead is wrong, and what it says is of no time that is waited for. */
const MAX_AHEAD_MS = DAY_MS;

/** A series has to be evaluated again at the next value of a node whose clock is ahead. */
async function readSeriesHistory(
  { tables, rules, nowMs }: Sweep,
  nodeId: string,
  name: string,
  alarms: readonly Alarm[],
): Promise<KnownHistory | undefined> {
  const fromMs = recentFromMs(alarms, nowMs - VALUES_BACK_MS);
  const versions = nodeVersions(rules.rules, Math.min(nowMs - LOOK_BACK_MS, fromMs)).filter(
    ({ rule }) => "series" in rule && rule.series === name,
  );
  if (versions.length === 0) return undefined;
  const asksForNode = versions.some(
    ({ rule }) => rule.where !== undefined || ("when" in rule && rule.when !== undefined),
  );
  const readFromMs = Math.max(0, fromMs - VALUES_BEFORE_MS);
  const [record, points, before] = await Promise.all([
    asksForNode ? readNodeRecord(tables.nodes, nodeId, Number.MAX_SAFE_INTEGER, true) : undefined,
    readPoints(
      tables.series,
      { nodeId, name, fromMs: readFromMs, toMs: Number.MAX_SAFE_INTEGER },
      nowMs,
    ),
    readLastPoint(tables.series, { nodeId, name, toMs: readFromMs }, nowMs),
  ]);
  const complete = before === undefined && !canHaveExpired(points[0], nowMs - readFromMs);
  const next = points.find(({ atMs }) => atMs > nowMs && atMs - nowMs <= MAX_AHEAD_MS);
  return {
    versions,
    history: {
      node: record === undefined ? { id: nodeId, tags: [] } : nodeFactsOf(record),
      fromMs,
      transitions: [],
      series: { name, points: before === undefined ? points : [before, ...points], complete },
    },
    dueMs: next?.atMs ?? Number.POSITIVE_INFINITY,
  };
}

/**
 * Whether points before the first one that is left can have been there and have expired: then it is
 * not known when something began.
 */
function canHaveExpired(first: Point | undefined, readMs: number): boolean {
  if (first === undefined) return true;
  const { atMs, expiresAtS } = first;
  return expiresAtS !== undefined && expiresAtS * SECOND_MS - atMs < readMs;
}

/** Returns the alarms that change under a version of a rule. */
async function evaluateVersion(
  sweep: Sweep,
  version: RuleVersion,
  history: NodeHistory,
  alarms: readonly Alarm[],
): Promise<Alarm[]> {
  const { rule, version: number } = version;
  const { node } = history;
  const own = alarms.filter((alarm) => alarm.rule === rule.name && alarm.version === number);
  if (appliesTo(rule.where, node) !== true)
    return alarmsToClose(sweep, { rule, node, all: alarms, stored: own });
  const fromMs = evaluatedFromMs(rule, history);
  const shown = evaluate(version, history, sweep.nowMs);
  const isComparable = ({ startMs }: Alarm) => startMs >= fromMs;
  const earlier = own.filter((alarm) => !isComparable(alarm) && isLasting(alarm));
  const ended = endedEarlier(version, earlier, fromMs, sweep.nowMs);
  // Silence is known from when the node was heard last, however long ago it began.
  const also = rule.kind === "silent" || ended.length > 0 ? earlier : [];
  const isKnown = ({ alarmId }: Episode) =>
    alarms.some((alarm) => alarm.alarmId === alarmId && alarm.retractedMs === undefined);
  return alarmsToWrite(sweep, {
    rule,
    node:
      history.series === undefined || shown.every(isKnown) ? node : await factsOfNew(sweep, node),
    all: alarms,
    stored: [...own.filter(isComparable), ...also],
    shown: [...shown, ...ended],
  });
}

/**
 * Returns what is known of the node of a new alarm about a series: a node whose conditions are not
 * asked for was not read.
 */
async function factsOfNew({ tables, rules }: Sweep, node: NodeAttributes): Promise<NodeAttributes> {
  if (node.name !== undefined) return node;
  const withTags = rules.maintenance.some(needsTags);
  const record = await readNodeRecord(tables.nodes, node.id, Number.MAX_SAFE_INTEGER, withTags);
  return record === undefined ? node : nodeFactsOf(record);
}

/**
 * Returns alarms of a series that last and began before what is known of its values: the first
 * value within the bounds, or the end of the version, ends them.
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
