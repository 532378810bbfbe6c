import { HOUR_MS } from "@rainhooks/core";
import { eachOfflineSince, LATE_MS } from "@rainhooks/node-status";
import type { Alarm } from "../alarms/alarm.ts";
import { readGroupAlarms } from "../alarms/alarm-store.ts";
import { faultTransitions } from "../faults.ts";
import { OUTAGE_EDGE_MS } from "../kinds/headroom.ts";
import {
  evaluateOutages,
  type FleetOutages,
  OUTAGES_BACK_MS,
  type OutageVersion,
  outageVersions,
} from "../outage/evaluate-outages.ts";
import type { Outage } from "../outage/hold.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/needs.ts";
import { nodeFactsOf } from "./evaluate-node.ts";
import { MAX_FLEET_NODES, readFleet } from "./fleet.ts";
import { type OutageState, outageTexts, readOutageState } from "./outage-state.ts";
import type { Sweep } from "./parts.ts";
import { isLasting, writeGroups } from "./write-groups.ts";

/** What is evaluated at least once in this time, although too few nodes have changed for an outage. */
const EVALUATE_EVERY_MS = HOUR_MS;

/** What a sweep has to do after it has evaluated the nodes. */
export interface OutagesEvaluated {
  /** The outages as the last sweep that evaluated them left them. */
  readonly before: readonly Outage[];
  readonly state: OutageState;
}

/**
 * Evaluates the rules about outages, if enough nodes have changed that there can be one, or one lasts; and reads all nodes for it. Sets the outages
 * of the sweep.
 *
 * @param marked Number of nodes that were marked since `sinceMs`.
 * @returns `undefined` if there was nothing to evaluate.
 */
export async function evaluateOutagesDue(
  sweep: Sweep,
  marked: number,
  overlapMs: number,
): Promise<OutagesEvaluated | undefined> {
  const { tables, rules, nowMs } = sweep;
  const versions = outageVersions(nodeVersions(rules.rules, nowMs - LOOK_BACK_MS));
  if (versions.length === 0) return undefined;
  const stored = await readStored(sweep, versions);
  sweep.outages = outagesOf(stored, versions);
  const last = await readOutageState(tables.alarms);
  if (!(await isDue(sweep, versions, stored, last, marked, overlapMs))) return undefined;
  const lasting = stored.filter(isLasting).map(({ startMs }) => startMs);
  const fromMs = Math.min(nowMs - OUTAGES_BACK_MS, ...lasting);
  const before = (last?.outages ?? []).flatMap((text) => outageIn(text, versions));
  let [headroom, dueMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const fleet = await readFleet(sweep, fromMs);
  if (fleet === undefined) {
    sweep.problem = `Outages are not evaluated: the stage has more than ${MAX_FLEET_NODES} nodes`;
    return { before, state: { evaluatedMs: nowMs, headroom, dueMs, outages: last?.outages ?? [] } };
  }
  sweep.fleet = fleet;
  for (const version of versions)
    if ((version.untilMs ?? nowMs) > fromMs) {
      const evaluated = await evaluateVersion(sweep, version, stored, fromMs);
      headroom = Math.min(headroom, evaluated.headroom);
      dueMs = Math.min(dueMs, evaluated.dueMs);
    }
  sweep.outages = outagesOf(await readStored(sweep, versions), versions);
  const state = { evaluatedMs: nowMs, headroom, dueMs, outages: outageTexts(sweep.outages) };
  return { before, state };
}

async function readStored({ tables, nowMs }: Sweep, versions: readonly OutageVersion[]): Promise<Alarm[]> {
  const fromMs = nowMs - 2 * LOOK_BACK_MS;
  return (
    await Promise.all(versions.map((version) => readGroupAlarms(tables.alarms, version, fromMs)))
  ).flat();
}

function outagesOf(alarms: readonly Alarm[], versions: readonly OutageVersion[]): Outage[] {
  return alarms.flatMap((alarm) => {
    const { version, nodeId: group, raisedMs, endMs, retractedMs } = alarm;
    const found = versions.find((one) => one.rule.name === alarm.rule && one.version === version);
    if (found === undefined || retractedMs !== undefined) return [];
    return [{ rule: found.rule, version, group, raisedMs, endMs }];
  });
}

function outageIn(text: string, versions: readonly OutageVersion[]): Outage[] {
  const [name, version, group, raisedMs, endMs] = JSON.parse(text) as [
    string,
    number,
    string,
    number,
    number?,
  ];
  const found = versions.find((one) => one.rule.name === name && one.version === version);
  return found === undefined
    ? []
    : [{ rule: found.rule, version, group, raisedMs, endMs: endMs ?? undefined }];
}

/**
 * Whether there can be something new: an outage lasts or has just ended, or has lasted for the time of its rule, or a sweep ended in the middle, or
 * enough nodes have gone offline or changed late.
 */
async function isDue(
  { tables, nowMs, outages }: Sweep,
  versions: readonly OutageVersion[],
  stored: readonly Alarm[],
  last: OutageState | undefined,
  marked: number,
  overlapMs: number,
): Promise<boolean> {
  if (last === undefined || nowMs - last.evaluatedMs >= EVALUATE_EVERY_MS) return true;
  if (nowMs >= last.dueMs) return true;
  const isClose = ({ endMs = nowMs, retractedMs }: Alarm) =>
    retractedMs === undefined && nowMs - endMs < OUTAGE_EDGE_MS;
  if (stored.some(isClose)) return true;
  const hasBegun = (atMs: number | undefined) =>
    atMs !== undefined && atMs > last.evaluatedMs && atMs <= nowMs;
  if (versions.some(({ fromMs, untilMs }) => hasBegun(fromMs) || hasBegun(untilMs))) return true;
  if (JSON.stringify(outageTexts(outages)) !== JSON.stringify(last.outages)) return true;
  let missing = Math.max(1, last.headroom) - marked;
  if (missing <= 0) return true;
  const times = { fromMs: last.evaluatedMs - overlapMs, toMs: nowMs + LATE_MS };
  for await (const _ of eachOfflineSince(tables.nodes, times)) {
    missing -= 1;
    if (missing <= 0) return true;
  }
  return false;
}

async function evaluateVersion(
  sweep: Sweep,
  version: OutageVersion,
  stored: readonly Alarm[],
  fromMs: number,
): Promise<Pick<FleetOutages, "headroom" | "dueMs">> {
  const nodes = [...(sweep.fleet?.values() ?? [])].map((record) => ({
    facts: nodeFactsOf(record),
    transitions: faultTransitions(record),
  }));
  const { byGroup, headroom, dueMs } = evaluateOutages(version, nodes, fromMs, sweep.nowMs);
  const isCompared = ({ startMs }: Alarm) => startMs >= fromMs;
  await writeGroups(sweep, { version, stored, byGroup, isCompared });
  return { headroom, dueMs };
}
