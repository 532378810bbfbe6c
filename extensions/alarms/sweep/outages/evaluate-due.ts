import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { type Alarm, startsOfRecent } from "../../alarms/alarm.ts";
import { readGroupAlarms } from "../../alarms/alarm-store.ts";
import type { DueSubject } from "../../alarms/due.ts";
import { faultTransitions } from "../../faults.ts";
import {
  evaluateOutages,
  type FleetOutages,
  OUTAGES_BACK_MS,
  type OutageVersion,
  outageVersions,
} from "../../outage/evaluate-outages.ts";
import { groupsOf } from "../../outage/groups.ts";
import type { Outage } from "../../outage/hold.ts";
import { LOOK_BACK_MS, nodeVersions } from "../../rules/needs.ts";
import { eachMarked, eachOfflineSince } from "../../stores/marked-nodes.ts";
import { LATE_MS } from "../../stores/needs-evaluation.ts";
import { MAX_FLEET_NODES } from "../../table-use.ts";
import { OVERLAP_MS } from "../candidates.ts";
import { readFleet } from "../fleet.ts";
import { nodeFactsOf } from "../node-history.ts";
import type { Sweep } from "../sweep-parts.ts";
import { writeGroups } from "../write-groups.ts";
import { heldText, nodesMoved } from "./held.ts";
import { type HeldOutage, heldOutages, type OutageState, outageState } from "./outage-state.ts";

/** What is evaluated at least once in this time, although too few nodes have changed for an outage. */
const EVALUATE_EVERY_MS = HOUR_MS;
/** So long after the end of an outage, single nodes move its end. */
const EDGE_MS = 10 * MINUTE_MS;

const TOO_LARGE = `Outages are not evaluated: the stage has more than ${MAX_FLEET_NODES} nodes`;

/** What a sweep has to do when it has evaluated outages. */
export interface OutagesEvaluated {
  /** Nodes whose alarms have to be evaluated because of them. */
  readonly moved: readonly DueSubject[];
  /** To be written when these were evaluated. */
  readonly state: OutageState;
}

/**
 * Evaluates the rules about outages, if enough nodes have changed that there can be one, or one lasts; and
 * reads all nodes for it. Sets the outages of the sweep.
 *
 * @returns `undefined` if there was nothing to evaluate.
 */
export async function evaluateOutagesDue(sweep: Sweep): Promise<OutagesEvaluated | undefined> {
  const { tables, rules, nowMs } = sweep;
  const versions = outageVersions(nodeVersions(rules.rules, nowMs - LOOK_BACK_MS));
  if (versions.length === 0) return undefined;
  const stored = await readStored(sweep, versions);
  sweep.outages = outagesOf(stored, versions);
  const last = await readLast(sweep);
  if (!(await isDue(sweep, versions, stored, last))) return undefined;
  const backMs = nowMs - OUTAGES_BACK_MS;
  const fromMs = Math.min(backMs, ...startsOfRecent(stored, backMs));
  // A version that ended long ago has no outages that can still change.
  if (!versions.some(({ untilMs = nowMs }) => untilMs > fromMs)) return undefined;
  const fleet = await readFleet(sweep, fromMs);
  if (fleet === undefined) {
    sweep.problem = TOO_LARGE;
    return { moved: [], state: { evaluatedMs: nowMs, held: last?.held ?? [], isTooLarge: true } };
  }
  delete sweep.problem;
  sweep.fleet = fleet;
  const found: FleetOutages[] = [];
  for (const version of versions)
    if ((version.untilMs ?? nowMs) > fromMs)
      found.push(await evaluateVersion(sweep, version, stored, fromMs));
  sweep.outages = outagesOf(await readStored(sweep, versions), versions);
  const [missing, dueMs] = [
    Math.min(...found.map((one) => one.missing)),
    Math.min(...found.map((one) => one.dueMs)),
  ];
  const held = heldOutages(sweep.outages, nowMs);
  const befores = [last?.held ?? [], ...(last?.applying === undefined ? [] : [last.applying])];
  const moved = nodesMoved(
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

async function readLast(sweep: Sweep): Promise<OutageState | undefined> {
  const last = await outageState.read(sweep.tables.alarms);
  if (last?.isTooLarge === true) sweep.problem = TOO_LARGE;
  return last;
}

async function readStored({ tables, nowMs }: Sweep, versions: readonly OutageVersion[]): Promise<Alarm[]> {
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
  { rule: name, version, group, raisedMs, endMs }: HeldOutage,
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
  for (const changes of [eachOfflineSince(tables.nodes, times), eachMarked(tables.nodes, times)])
    for await (const _ of changes) {
      missing -= 1;
      if (missing <= 0) return true;
    }
  return false;
}

/** Returns whether nodes were evaluated with other outages, or not all of them with these. */
function areOther(outages: readonly Outage[], { held, applying }: OutageState, nowMs: number): boolean {
  return applying !== undefined || heldText(heldOutages(outages, nowMs)) !== heldText(held);
}

async function evaluateVersion(
  sweep: Sweep,
  version: OutageVersion,
  stored: readonly Alarm[],
  fromMs: number,
): Promise<FleetOutages> {
  const nodes = [...(sweep.fleet?.values() ?? [])].map((record) => ({
    facts: nodeFactsOf(record),
    transitions: faultTransitions(record),
  }));
  const found = evaluateOutages(version, nodes, fromMs, sweep.nowMs);
  const isCompared = ({ startMs }: Alarm) => startMs >= fromMs;
  // A group waits for a node of which not everything is known.
  const waiting = new Set(
    nodes.flatMap(({ facts }) =>
      sweep.known.mustWait({ nodeId: facts.id }) ? groupsOf(version.rule, facts) : [],
    ),
  );
  await writeGroups(sweep, {
    version,
    stored: stored.filter(({ nodeId }) => !waiting.has(nodeId)),
    byGroup: new Map([...found.byGroup].filter(([group]) => !waiting.has(group))),
    isCompared,
  });
  return found;
}
