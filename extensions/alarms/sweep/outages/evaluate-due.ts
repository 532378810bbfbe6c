import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { type Alarm, isLasting, startsOfRecent } from "../../alarms/alarm.ts";
import { readGroupAlarms } from "../../alarms/alarm-store.ts";
import type { DueSubject } from "../../alarms/due.ts";
import { faultTransitions } from "../../faults.ts";
import {
  evaluateOutages,
  type FleetOutages,
  OUTAGES_BACK_MS,
  type OutageNode,
  type OutageVersion,
  outageVersions,
} from "../../outage/evaluate-outages.ts";
import { groupsOf } from "../../outage/groups.ts";
import type { Outage } from "../../outage/hold.ts";
import { LOOK_BACK_MS, nodeVersions } from "../../rules/needs.ts";
import { eachOfflineSince, readMarkedNodes } from "../../stores/marked-nodes.ts";
import { LATE_MS } from "../../stores/needs-evaluation.ts";
import { MAX_FLEET_NODES } from "../../table-use.ts";
import { OVERLAP_MS } from "../candidates.ts";
import { readFleet } from "../fleet.ts";
import { nodeFactsOf } from "../node-history.ts";
import type { Sweep, SweepStart } from "../sweep.ts";
import { closeAlarms, writeChanges } from "../write-changes.ts";
import {
  type HoldingOutage,
  holdingOutages,
  holdingText,
  nodesToReevaluate,
  type OutageState,
  outageState,
} from "./held.ts";

/** What is evaluated at least once in this time, although too few nodes have changed for an outage. */
const EVALUATE_EVERY_MS = HOUR_MS;
/** So long after the end of an outage, single nodes move its end. */
const EDGE_MS = 10 * MINUTE_MS;

const TOO_LARGE = `Outages are not evaluated: the stage has more than ${MAX_FLEET_NODES} nodes`;

/** The outages of a sweep, and what it has to do because of them. */
export interface OutageEvaluation extends Pick<Sweep, "outages" | "fleet"> {
  /** Alarms about groups that were written. */
  readonly written: readonly Alarm[];
  /** Nodes whose alarms have to be evaluated because of them. */
  readonly moved: readonly DueSubject[];
  /** To be written when these were evaluated; absent if nothing has changed. */
  readonly state?: OutageState | undefined;
  /** What could not be evaluated. */
  readonly problem?: string | undefined;
}

/**
 * Evaluates the rules about outages, if enough nodes have changed that there can be one, or one lasts; and
 * reads all nodes for it.
 */
export async function evaluateOutagesDue(start: SweepStart): Promise<OutageEvaluation> {
  const { tables, rules, nowMs } = start;
  const versions = outageVersions(nodeVersions(rules.rules, nowMs - LOOK_BACK_MS));
  const none = { outages: [], written: [], moved: [] };
  if (versions.length === 0) return none;
  const stored = await readStored(start, versions);
  const outages = outagesOf(stored, versions);
  const last = await outageState.read(tables.alarms);
  const problem = last?.isTooLarge === true ? TOO_LARGE : undefined;
  const backMs = nowMs - OUTAGES_BACK_MS;
  const fromMs = Math.min(backMs, ...startsOfRecent(stored, backMs));
  // A version that ended long ago has no outages that can still change.
  const current = versions.filter(({ untilMs = nowMs }) => untilMs > fromMs);
  if (current.length === 0 || !(await isDue({ ...start, outages }, versions, stored, last)))
    return { ...none, outages, problem };
  const fleet = await readFleet(start, fromMs);
  const held = last?.held ?? [];
  if (fleet === undefined)
    return { ...none, outages, problem: TOO_LARGE, state: { evaluatedMs: nowMs, held, isTooLarge: true } };
  const found: FleetOutages[] = [];
  const written: Alarm[] = [];
  for (const version of current) {
    const nodes = [...fleet.values()].map((record) => ({
      facts: nodeFactsOf(record),
      transitions: faultTransitions(record),
    }));
    const shown = evaluateOutages(version, nodes, fromMs, nowMs);
    found.push(shown);
    written.push(...(await writeGroups(start, { version, nodes, stored, shown, fromMs })));
  }
  const sweep = { ...start, fleet, outages: outagesOf(await readStored(start, versions), versions) };
  return { outages: sweep.outages, fleet, written, ...(await movedBy(sweep, versions, found, last)) };
}

/** Returns the nodes that outages move, and what the next sweep has to know. */
async function movedBy(
  sweep: Sweep,
  versions: readonly OutageVersion[],
  found: readonly FleetOutages[],
  last: OutageState | undefined,
): Promise<Required<Pick<OutageEvaluation, "moved" | "state">>> {
  const { tables, nowMs, outages } = sweep;
  const missing = Math.min(...found.map((one) => one.missing));
  const dueMs = Math.min(...found.map((one) => one.dueMs));
  const held = holdingOutages(outages, nowMs);
  const befores = [last?.held ?? [], ...(last?.applying === undefined ? [] : [last.applying])];
  const moved = nodesToReevaluate(
    sweep,
    befores.map((before) => before.flatMap((one) => outageOf(one, versions))),
  );
  const state = {
    evaluatedMs: nowMs,
    ...(Number.isFinite(missing) ? { missing } : {}),
    ...(Number.isFinite(dueMs) ? { dueMs } : {}),
    held,
  };
  // If this sweep ends in the middle, some nodes are evaluated with these, and some with those before.
  if (moved.length > 0)
    await outageState.write(tables.alarms, { ...state, held: last?.held ?? [], applying: held });
  return { moved, state };
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

function outagesOf(alarms: readonly Alarm[], versions: readonly OutageVersion[]): Outage[] {
  return alarms
    .filter(({ retractedMs }) => retractedMs === undefined)
    .flatMap(({ nodeId: group, ...alarm }) => outageOf({ ...alarm, group }, versions));
}

function outageOf(
  { rule: name, version, group, raisedMs, endMs }: HoldingOutage,
  versions: readonly OutageVersion[],
): Outage[] {
  const found = versions.find((one) => one.rule.name === name && one.version === version);
  return found === undefined ? [] : [{ rule: found.rule, version, group, raisedMs, endMs }];
}

/**
 * Whether there can be something new: an outage lasts or has just ended, or has lasted for the time of its
 * rule, or a sweep ended in the middle, or enough nodes have gone offline or changed late.
 */
async function isDue(
  { nowMs, outages, tables }: Sweep,
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
  if (areOther(outages, last, nowMs)) return true;
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

/** Returns whether nodes were evaluated with other outages, or not all of them with these. */
function areOther(outages: readonly Outage[], { held, applying }: OutageState, nowMs: number): boolean {
  return applying !== undefined || holdingText(holdingOutages(outages, nowMs)) !== holdingText(held);
}

/**
 * Alarms about groups under a version of a rule: those stored, and those that the history of the fleet shows.
 */
interface GroupComparison {
  readonly version: OutageVersion;
  readonly nodes: readonly OutageNode[];
  readonly stored: readonly Alarm[];
  readonly shown: FleetOutages;
  readonly fromMs: number;
}

/** Writes what has to change so that the stored alarms about groups are those that the history shows. */
async function writeGroups(
  start: SweepStart,
  { version, nodes, stored, shown: { byGroup }, fromMs }: GroupComparison,
): Promise<Alarm[]> {
  const { rule } = version;
  // A group waits for a node of which not everything is known.
  const waiting = new Set(
    nodes.flatMap(({ facts }) => (start.mustWait({ nodeId: facts.id }) ? groupsOf(rule, facts) : [])),
  );
  const own = stored.filter((alarm) => alarm.rule === rule.name && alarm.version === version.version);
  const written: Alarm[] = [];
  for (const group of new Set([...byGroup.keys(), ...own.filter(isLasting).map(({ nodeId }) => nodeId)])) {
    if (waiting.has(group)) continue;
    const node = { id: group, tags: [] };
    const all = stored.filter(({ nodeId }) => nodeId === group);
    const mine = own.filter(({ nodeId, startMs }) => nodeId === group && startMs >= fromMs);
    const shown = byGroup.get(group);
    const changes =
      shown === undefined
        ? closeAlarms(start, version, node, mine, all)
        : writeChanges(start, { rule, node, all, stored: mine, shown });
    written.push(...(await changes));
  }
  return written;
}
