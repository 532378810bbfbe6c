import { mapLimited } from "@rainhooks/core/collections";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { type Alarm, isLasting, recentFromMs } from "../alarms/alarm.ts";
import { readGroupAlarms } from "../alarms/alarm-store.ts";
import { putPending } from "../alarms/due.ts";
import { evaluate, nextRaisedMs } from "../evaluate.ts";
import {
  evaluateOutages,
  type FleetOutages,
  OUTAGES_BACK_MS,
  type OutageVersion,
  outageVersions,
} from "../outage/evaluate-outages.ts";
import { type Outage, outagesOf } from "../outage/hold.ts";
import { isConnectionRule } from "../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/rule-store.ts";
import { eachOfflineSince, readMarkedNodes } from "../stores/marked-nodes.ts";
import { LATE_MS } from "../stores/needs-evaluation.ts";
import { historyOf, type NodeRecord, nodeFactsOf, wholeRecords } from "../stores/node-record.ts";
import { MAX_FLEET_NODES } from "../watch-tables.ts";
import { OVERLAP_MS } from "./candidates.ts";
import { type Sweep, type SweepStart, storedState } from "./sweep-state.ts";
import { alarmsToClose, alarmsToWrite, writeAlarms } from "./write-changes.ts";

/**
 * What is evaluated at least once in this time, although too few nodes have changed for an outage.
 */
const EVALUATE_EVERY_MS = HOUR_MS;
/** So long after the end of an outage, single nodes move its end. */
const EDGE_MS = 10 * MINUTE_MS;
const WRITES_AT_ONCE = 32;

const TOO_LARGE = `Outages are not evaluated: the stage has more than ${MAX_FLEET_NODES} nodes`;

/** What the last sweep that evaluated outages has left. */
interface OutageState {
  /** Epoch milliseconds. */
  readonly evaluatedMs: number;
  /**
   * How many nodes more had to be offline then for another outage; `null` if no number is enough.
   */
  readonly missing?: number | null;
  /**
   * When something that lasts becomes an outage, if nothing changes, epoch milliseconds; `null` if
   * nothing does.
   */
  readonly dueMs?: number | null;
  /** True if the stage had too many nodes. */
  readonly isTooLarge?: true;
}

const outageState = storedState<OutageState>("outages");

/** The outages of a sweep. */
export interface OutageEvaluation extends Pick<Sweep, "outages" | "fleet"> {
  /** Alarms about groups that were written. */
  readonly written: readonly Alarm[];
  /** What could not be evaluated. */
  readonly problem?: string | undefined;
}

/**
 * Evaluates the rules about outages, if enough nodes have changed that there can be one, or one
 * lasts; and reads all nodes for it. Nodes whose alarms change with outages are noted before the
 * outages are written: a sweep that ends between the two is repeated by the next one.
 */
export async function evaluateOutagesDue(start: SweepStart): Promise<OutageEvaluation> {
  const { tables, rules, nowMs } = start;
  const versions = outageVersions(nodeVersions(rules.rules, nowMs - LOOK_BACK_MS));
  if (versions.length === 0) return { outages: [], written: [] };
  const storedFromMs = nowMs - 2 * LOOK_BACK_MS;
  const stored = (
    await Promise.all(
      versions.map((version) => readGroupAlarms(tables.alarms, version, storedFromMs)),
    )
  ).flat();
  const before = outagesIn(stored, versions);
  const last = await outageState.read(tables.alarms);
  const fromMs = recentFromMs(stored, nowMs - OUTAGES_BACK_MS);
  // A version that ended long ago has no outages that can still change.
  const current = versions.filter(({ untilMs = nowMs }) => untilMs > fromMs);
  if (current.length === 0 || !(await isDue(start, versions, stored, last)))
    return { outages: before, written: [], ...(last?.isTooLarge && { problem: TOO_LARGE }) };
  const fleet = await readFleet(start, fromMs);
  if (fleet === undefined) {
    await outageState.write(tables.alarms, { evaluatedMs: nowMs, isTooLarge: true });
    return { outages: before, written: [], problem: TOO_LARGE };
  }
  const found = current.map((version) => evaluateOutages(version, fleet.values(), fromMs, nowMs));
  const recent = stored.filter(({ startMs }) => startMs >= fromMs);
  const changes = found.flatMap((one) => groupAlarms(start, one, recent, stored));
  const alarms = new Map([...stored, ...changes].map((alarm) => [alarm.alarmId, alarm]));
  const outages = outagesIn([...alarms.values()], versions);
  await mapLimited(movedNodes({ ...start, outages }, before, fleet), WRITES_AT_ONCE, (one) =>
    putPending(tables.alarms, one, "changes", one.dueMs),
  );
  const written = await writeAlarms(start, changes, stored);
  // What is infinite is null in JSON.
  const missing = Math.min(...found.map((one) => one.missing));
  const dueMs = Math.min(...found.map((one) => one.dueMs));
  await outageState.write(tables.alarms, { evaluatedMs: nowMs, missing, dueMs });
  return { outages, fleet, written };
}

/** In how many parts all nodes are read, and how many of them at once. */
const PARTS = 16;
const PARTS_AT_ONCE = 4;

/**
 * Reads all nodes with their tags, and their changes of state from a time on. A read unit for about
 * 20 nodes.
 *
 * @param fromMs Epoch milliseconds.
 * @returns `undefined` if there are more than {@link MAX_FLEET_NODES}.
 */
export async function readFleet(
  { tables }: Pick<SweepStart, "tables">,
  fromMs: number,
  maxNodes = MAX_FLEET_NODES,
): Promise<Map<string, NodeRecord> | undefined> {
  const fleet = new Map<string, NodeRecord>();
  const parts = Array.from({ length: PARTS }, (_, index) => index);
  await mapLimited(parts, PARTS_AT_ONCE, async (index) => {
    for await (const record of wholeRecords(tables.nodes, { index, count: PARTS }, fromMs, true)) {
      if (fleet.size > maxNodes) return;
      fleet.set(record.nodeId, record);
    }
  });
  return fleet.size > maxNodes ? undefined : fleet;
}

/** Returns the outages that alarms about groups say; those that did not happen are left out. */
function outagesIn(alarms: readonly Alarm[], versions: readonly OutageVersion[]): Outage[] {
  return alarms.flatMap(({ rule: name, version, nodeId: group, raisedMs, endMs, retractedMs }) => {
    const found = versions.find((one) => one.rule.name === name && one.version === version);
    if (found === undefined || retractedMs !== undefined) return [];
    return [{ rule: found.rule, version, group, raisedMs, endMs }];
  });
}

/**
 * Returns the alarms about groups that change so that they are those that the history of the fleet
 * shows.
 */
function groupAlarms(
  start: SweepStart,
  { version: { rule, version }, byGroup }: FleetOutages,
  recent: readonly Alarm[],
  stored: readonly Alarm[],
): Alarm[] {
  const own = recent.filter((one) => one.rule === rule.name && one.version === version);
  const groups = new Set([...byGroup.keys(), ...own.filter(isLasting).map(({ nodeId }) => nodeId)]);
  return [...groups].flatMap((group) => {
    const of = (alarms: readonly Alarm[]) => alarms.filter(({ nodeId }) => nodeId === group);
    const about = { rule, node: { id: group, tags: [] }, all: of(stored), stored: of(own) };
    const shown = byGroup.get(group);
    return shown === undefined
      ? alarmsToClose(start, about)
      : alarmsToWrite(start, { ...about, shown });
  });
}

/** A node that has to be evaluated, and when, epoch milliseconds. */
interface MovedNode {
  readonly nodeId: string;
  readonly dueMs: number;
}

/**
 * Returns the nodes whose alarms have to be evaluated earlier because outages have changed: at
 * once, or when an alarm is due that an outage has held back. While an outage lasts, a node can
 * leave its group: when it ends, all are evaluated that are alarms since it began. What is due
 * later than before is noted already.
 */
function movedNodes(
  { nowMs, rules, outages }: Sweep,
  before: readonly Outage[],
  fleet: ReadonlyMap<string, NodeRecord>,
): MovedNode[] {
  const gone = without(before, outages);
  const changed = [...gone, ...without(outages, before)];
  if (changed.length === 0) return [];
  const endedFromMs = Math.min(
    ...gone.flatMap(({ endMs, raisedMs }) => (endMs === undefined ? raisedMs : [])),
  );
  const versions = nodeVersions(rules.rules, nowMs - LOOK_BACK_MS).filter(({ rule }) =>
    isConnectionRule(rule),
  );
  const alarmsUnder = (record: NodeRecord, some: readonly Outage[]) => {
    const history = historyOf(record, 0, some);
    const nextMs = Math.min(
      ...versions.flatMap((version) => nextRaisedMs(version, history, nowMs) ?? []),
    );
    return { alarms: versions.flatMap((version) => evaluate(version, history, nowMs)), nextMs };
  };
  return [...fleet.values()].flatMap((record) => {
    const isMember = outagesOf(changed, nodeFactsOf(record)).length > 0;
    if (!isMember && !Number.isFinite(endedFromMs)) return [];
    const is = alarmsUnder(record, outages);
    const was = isMember ? alarmsUnder(record, before) : is;
    const isChanged =
      JSON.stringify(was.alarms) !== JSON.stringify(is.alarms) ||
      is.alarms.some(({ ended, raisedMs }) => ended === undefined && raisedMs >= endedFromMs);
    const dueMs = isChanged ? nowMs : is.nextMs;
    return dueMs < was.nextMs ? [{ nodeId: record.nodeId, dueMs }] : [];
  });
}

function without(outages: readonly Outage[], others: readonly Outage[]): Outage[] {
  const textOf = ({ rule, ...outage }: Outage) =>
    JSON.stringify([rule.name, Object.entries(outage)]);
  const texts = new Set(others.map(textOf));
  return outages.filter((outage) => !texts.has(textOf(outage)));
}

/**
 * Whether there can be something new: an outage lasts or has just ended, or has lasted for the time
 * of its rule, or enough nodes have gone offline or changed late.
 */
async function isDue(
  { nowMs, tables }: SweepStart,
  versions: readonly OutageVersion[],
  stored: readonly Alarm[],
  last: OutageState | undefined,
): Promise<boolean> {
  if (last === undefined || nowMs - last.evaluatedMs >= EVALUATE_EVERY_MS) return true;
  if (nowMs >= (last.dueMs ?? Number.POSITIVE_INFINITY)) return true;
  const isClose = ({ endMs = nowMs, retractedMs }: Alarm) =>
    retractedMs === undefined && nowMs - endMs < EDGE_MS;
  if (stored.some(isClose)) return true;
  const hasBegun = (atMs = 0) => atMs > last.evaluatedMs && atMs <= nowMs;
  if (versions.some(({ fromMs, untilMs }) => hasBegun(fromMs) || hasBegun(untilMs))) return true;
  const times = { fromMs: last.evaluatedMs - OVERLAP_MS, toMs: nowMs + LATE_MS };
  let missing = Math.max(1, last.missing ?? Number.POSITIVE_INFINITY);
  if (!Number.isFinite(missing)) return false;
  for (const changes of [
    eachOfflineSince(tables.nodes, times),
    readMarkedNodes(tables.nodes, times),
  ])
    for await (const _ of changes) {
      missing -= 1;
      if (missing <= 0) return true;
    }
  return false;
}
