import { hash } from "node:crypto";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { type Alarm, isLasting, startsOfRecent } from "../alarms/alarm.ts";
import { readGroupAlarms } from "../alarms/alarm-store.ts";
import { putPending } from "../alarms/due.ts";
import type { Episode } from "../episode.ts";
import { evaluate, nextRaisedMs } from "../evaluate.ts";
import type { NodeHistory } from "../history.ts";
import {
  evaluateOutages,
  type FleetOutages,
  OUTAGES_BACK_MS,
  type OutageVersion,
  outageVersions,
} from "../outage/evaluate-outages.ts";
import { type Outage, outagesOf } from "../outage/hold.ts";
import { isConnectionRule } from "../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/needs.ts";
import { eachOfflineSince, readMarkedNodes } from "../stores/marked-nodes.ts";
import { LATE_MS } from "../stores/needs-evaluation.ts";
import { type NodeRecord, nodeFactsOf } from "../stores/node-record.ts";
import { MAX_FLEET_NODES } from "../table-use.ts";
import { OVERLAP_MS } from "./candidates.ts";
import { readFleet } from "./fleet.ts";
import { historyWithOutages } from "./node-history.ts";
import type { PassWork } from "./passes.ts";
import type { Sweep, SweepStart } from "./sweep.ts";
import { storedState } from "./sweep-state.ts";
import { closeAlarms, writeChanges } from "./write-changes.ts";

/** What is evaluated at least once in this time, although too few nodes have changed for an outage. */
const EVALUATE_EVERY_MS = HOUR_MS;
/** So long after the end of an outage, single nodes move its end. */
const EDGE_MS = 10 * MINUTE_MS;
const WRITES_AT_ONCE = 32;

const TOO_LARGE = `Outages are not evaluated: the stage has more than ${MAX_FLEET_NODES} nodes`;

/** What the last sweep that evaluated outages has left. */
interface OutageState {
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
  /** Up to which id the nodes are noted whose alarms change, and by what; absent if all are noted. */
  readonly noted?: { readonly toId: string; readonly change: string } | undefined;
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
 * Evaluates the rules about outages, if enough nodes have changed that there can be one, or one lasts; and
 * reads all nodes for it. Nodes whose alarms change with outages are noted before the outages are written: a
 * sweep that ends between the two, or has no time for more nodes, is continued by the next one.
 */
export async function evaluateOutagesDue(
  start: SweepStart,
  work: Pick<PassWork, "hasTime" | "pieceSize">,
): Promise<OutageEvaluation> {
  const { tables, rules, nowMs } = start;
  const versions = outageVersions(nodeVersions(rules.rules, nowMs - LOOK_BACK_MS));
  if (versions.length === 0) return { outages: [], written: [] };
  const stored = await readStored(start, versions);
  const before = outagesIn(stored, versions);
  const last = await outageState.read(tables.alarms);
  const problem = last?.isTooLarge === true ? TOO_LARGE : undefined;
  const backMs = nowMs - OUTAGES_BACK_MS;
  const fromMs = Math.min(backMs, ...startsOfRecent(stored, backMs));
  // A version that ended long ago has no outages that can still change.
  const current = versions.filter(({ untilMs = nowMs }) => untilMs > fromMs);
  if (current.length === 0 || !(await isDue(start, versions, stored, last)))
    return { outages: before, written: [], problem };
  const fleet = await readFleet(start, fromMs);
  if (fleet === undefined) {
    await outageState.write(tables.alarms, { evaluatedMs: nowMs, isTooLarge: true });
    return { outages: before, written: [], problem: TOO_LARGE };
  }
  const found = current.map((version) => ({
    version,
    ...evaluateOutages(version, fleet.values(), fromMs, nowMs),
    stored: stored.filter(
      (one) => one.rule === version.rule.name && one.version === version.version && one.startMs >= fromMs,
    ),
  }));
  const outages = outagesIn(alarmsAfter(stored, found, nowMs), versions);
  const moved = movedNodes({ ...start, outages, fleet }, before, fleet);
  const change = changeOf(before, outages);
  const afterId = last?.noted?.change === change ? last.noted.toId : "";
  const toId = await noteNodes(start, moved, afterId, work);
  if (toId !== undefined) {
    await outageState.write(tables.alarms, { evaluatedMs: 0, noted: { toId, change } });
    return { outages, fleet, written: [] };
  }
  const written: Alarm[] = [];
  for (const one of found) written.push(...(await writeGroups(start, one, stored)));
  const missing = Math.min(...found.map((one) => one.missing));
  const dueMs = Math.min(...found.map((one) => one.dueMs));
  await outageState.write(tables.alarms, {
    evaluatedMs: nowMs,
    ...(Number.isFinite(missing) ? { missing } : {}),
    ...(Number.isFinite(dueMs) ? { dueMs } : {}),
  });
  return { outages, fleet, written };
}

async function readStored(
  { tables, nowMs }: SweepStart,
  versions: readonly OutageVersion[],
): Promise<Alarm[]> {
  const fromMs = nowMs - 2 * LOOK_BACK_MS;
  return (
    await Promise.all(versions.map((version) => readGroupAlarms(tables.alarms, version, fromMs)))
  ).flat();
}

/** Returns the outages that alarms about groups say; those that did not happen are left out. */
function outagesIn(
  alarms: readonly (Episode & Pick<Alarm, "retractedMs">)[],
  versions: readonly OutageVersion[],
): Outage[] {
  return alarms.flatMap(({ rule: name, version, nodeId: group, raisedMs, endMs, retractedMs }) => {
    const found = versions.find((one) => one.rule.name === name && one.version === version);
    if (found === undefined || retractedMs !== undefined) return [];
    return [{ rule: found.rule, version, group, raisedMs, endMs }];
  });
}

/**
 * Alarms about groups under a version of a rule: those stored, and those that the history of the fleet shows.
 */
interface GroupComparison extends FleetOutages {
  readonly version: OutageVersion;
  readonly stored: readonly Alarm[];
}

/** Returns the alarms about groups as they will be when {@link writeGroups} has written them. */
function alarmsAfter(
  stored: readonly Alarm[],
  found: readonly GroupComparison[],
  nowMs: number,
): (Episode & Pick<Alarm, "retractedMs">)[] {
  const replaced = new Set(
    found.flatMap((one) => one.stored.filter(({ nodeId }) => one.byGroup.has(nodeId))),
  );
  const closed = new Set(found.flatMap((one) => one.stored));
  return [
    ...stored
      .filter((alarm) => !replaced.has(alarm))
      .map((alarm) => (closed.has(alarm) && isLasting(alarm) ? { ...alarm, endMs: nowMs } : alarm)),
    ...found.flatMap(({ byGroup }) => [...byGroup.values()].flat()),
  ];
}

/** Writes what has to change so that the stored alarms about groups are those that the history shows. */
async function writeGroups(
  start: SweepStart,
  { version, stored: own, byGroup }: GroupComparison,
  stored: readonly Alarm[],
): Promise<Alarm[]> {
  const { rule } = version;
  const written: Alarm[] = [];
  for (const group of new Set([...byGroup.keys(), ...own.filter(isLasting).map(({ nodeId }) => nodeId)])) {
    const node = { id: group, tags: [] };
    const all = stored.filter(({ nodeId }) => nodeId === group);
    const mine = own.filter(({ nodeId }) => nodeId === group);
    const shown = byGroup.get(group);
    const changes =
      shown === undefined
        ? closeAlarms(start, version, node, mine, all)
        : writeChanges(start, { rule, node, all, stored: mine, shown });
    written.push(...(await changes));
  }
  return written;
}

/** A node that has to be evaluated, and when, epoch milliseconds. */
interface MovedNode {
  readonly nodeId: string;
  readonly dueMs: number;
}

/**
 * Notes nodes that have to be evaluated, those after an id in the order of their ids, while there is time.
 *
 * @returns Up to which id they are noted, if not all are.
 */
async function noteNodes(
  { tables }: SweepStart,
  nodes: readonly MovedNode[],
  afterId: string,
  { hasTime, pieceSize }: Pick<PassWork, "hasTime" | "pieceSize">,
): Promise<string | undefined> {
  const left = nodes.filter(({ nodeId }) => nodeId > afterId).sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  for (const piece of chunk(left, pieceSize)) {
    await mapLimited(piece, WRITES_AT_ONCE, (one) => putPending(tables.alarms, one, "changes", one.dueMs));
    const last = piece.at(-1);
    if (last !== left.at(-1) && !hasTime()) return last?.nodeId;
  }
  return undefined;
}

/**
 * Returns the nodes whose alarms have to be evaluated earlier because outages have changed: at once, or when
 * an alarm is due that an outage has held back. While an outage lasts, a node can leave its group: when it
 * ends, all are evaluated that are alarms since it began. What is due later than before is noted already.
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
  return [...fleet.values()].flatMap((record) => {
    const isMember = outagesOf(changed, nodeFactsOf(record)).length > 0;
    if (!isMember && !Number.isFinite(endedFromMs)) return [];
    const shown = (history: NodeHistory) => versions.flatMap((version) => evaluate(version, history, nowMs));
    const next = (history: NodeHistory) =>
      Math.min(...versions.flatMap((version) => nextRaisedMs(version, history, nowMs) ?? []));
    const was = historyWithOutages({ outages: before }, record, 0);
    const is = historyWithOutages({ outages }, record, 0);
    const alarms = shown(is);
    const isChanged =
      JSON.stringify(shown(was)) !== JSON.stringify(alarms) ||
      alarms.some(({ ended, raisedMs }) => ended === undefined && raisedMs >= endedFromMs);
    const dueMs = isChanged ? nowMs : next(is);
    return dueMs < next(was) ? [{ nodeId: record.nodeId, dueMs }] : [];
  });
}

/** Returns what tells from others which outages change; that the end of one moves is the same change. */
function changeOf(before: readonly Outage[], outages: readonly Outage[]): string {
  const changed = [...without(before, outages), ...without(outages, before)];
  const texts = changed.map(({ rule, version, group, raisedMs }) =>
    JSON.stringify([rule.name, version, group, raisedMs]),
  );
  return hash("sha256", [...new Set(texts)].sort().join(), "base64url");
}

function without(outages: readonly Outage[], others: readonly Outage[]): Outage[] {
  const textOf = ({ rule, ...outage }: Outage) => JSON.stringify([rule.name, Object.entries(outage)]);
  const texts = new Set(others.map(textOf));
  return outages.filter((outage) => !texts.has(textOf(outage)));
}

/**
 * Whether there can be something new: an outage lasts or has just ended, or has lasted for the time of its
 * rule, or enough nodes have gone offline or changed late.
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
  for (const changes of [eachOfflineSince(tables.nodes, times), readMarkedNodes(tables.nodes, times)])
    for await (const _ of changes) {
      missing -= 1;
      if (missing <= 0) return true;
    }
  return false;
}
