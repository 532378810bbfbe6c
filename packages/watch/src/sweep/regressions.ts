import { HOUR_MS, MINUTE_MS, mapLimited } from "@rainhooks/core";
import { type NodeRecord, readNodeRecord, scanNodeRecords } from "@rainhooks/node-status";
import { type Alarm, isLasting } from "../alarms/alarm.ts";
import { readGroupAlarms } from "../alarms/alarm-store.ts";
import { faultTransitions } from "../faults.ts";
import { MAX_FIRMWARES } from "../regression/counts.ts";
import {
  type EarlierAlarm,
  REGRESSIONS_BACK_MS,
  REGRESSIONS_SETTLED_MS,
  RegressionEvaluation,
  type RegressionVersion,
  regressionVersions,
} from "../regression/evaluate-regressions.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/needs.ts";
import { PARTS, PARTS_AT_ONCE, reachesBack } from "./fleet.ts";
import { nodeFactsOf } from "./node-history.ts";
import { storedState } from "./stored-state.ts";
import type { Sweep } from "./sweep-parts.ts";
import { alarmsUnder, writeGroups } from "./write-groups.ts";

/** What sweeps that evaluate rules about firmwares leave. Times are epoch milliseconds. */
interface RegressionState {
  /** The last full hour that was evaluated; absent before the first one. */
  readonly markMs?: number | undefined;
  /** When that was. */
  readonly evaluatedMs?: number | undefined;
  /** When a sweep has begun to evaluate them and has not ended. */
  readonly begunMs?: number | undefined;
}

const regressionState = storedState<RegressionState>("regressions");

/** A sweep that evaluates them and has not ended after this time has been killed: another one tries again. */
const MAX_RUN_MS = 5 * MINUTE_MS;

/** Nodes whose rows do not reach back far enough that are read at the same time. */
const READS_AT_ONCE = 8;

/** Evaluates the rules about firmwares, once an hour, and when one of them begins or ends. It reads all nodes for it. */
export async function evaluateRegressionsDue(sweep: Sweep): Promise<void> {
  const { tables, rules, nowMs } = sweep;
  const versions = regressionVersions(nodeVersions(rules.rules, nowMs - LOOK_BACK_MS)).filter(
    ({ fromMs }) => fromMs <= nowMs,
  );
  if (versions.length === 0) return;
  const markMs = Math.floor((nowMs - REGRESSIONS_SETTLED_MS) / HOUR_MS) * HOUR_MS;
  const last = await regressionState.read(tables.alarms);
  if (!isDue(versions, last, markMs, nowMs)) return;
  await regressionState.write(tables.alarms, { ...last, begunMs: nowMs });
  const fromMs = markMs - REGRESSIONS_BACK_MS;
  const stored = (
    await Promise.all(versions.map((one) => readGroupAlarms(tables.alarms, one, fromMs - LOOK_BACK_MS)))
  ).flat();
  const evaluations = versions
    .filter(({ untilMs }) => (untilMs ?? nowMs) > fromMs)
    .map((version) => new RegressionEvaluation(version, fromMs, markMs));
  if (evaluations.length > 0) await countNodes(sweep, evaluations);
  for (const evaluation of evaluations) {
    const { version } = evaluation;
    if (evaluation.isFull)
      sweep.problem = `Rule ${version.rule.name} compares ${MAX_FIRMWARES} firmwares: the nodes have more, and the others are left out`;
    const byGroup = evaluation.episodes(nowMs, earlierAlarms(version, stored, fromMs));
    const isCompared = (alarm: Alarm) => alarm.startMs >= fromMs || isLasting(alarm);
    await writeGroups(sweep, { version, stored, byGroup, isCompared });
  }
  await regressionState.write(tables.alarms, { markMs, evaluatedMs: nowMs });
}

function isDue(
  versions: readonly RegressionVersion[],
  last: RegressionState | undefined,
  markMs: number,
  nowMs: number,
): boolean {
  const { markMs: lastMarkMs = 0, evaluatedMs = 0, begunMs } = last ?? {};
  if (begunMs !== undefined && nowMs - begunMs < MAX_RUN_MS) return false;
  if (lastMarkMs < markMs) return true;
  const hasBegun = (atMs = Number.POSITIVE_INFINITY) => atMs > evaluatedMs && atMs <= nowMs;
  return versions.some(({ fromMs, untilMs }) => hasBegun(fromMs) || hasBegun(untilMs));
}

/** What lasts under a former version of the rule goes on under this one. */
function earlierAlarms(
  version: RegressionVersion,
  stored: readonly Alarm[],
  fromMs: number,
): Map<string, EarlierAlarm> {
  const found = new Map<string, EarlierAlarm>();
  const ofRule = stored.filter(({ rule }) => rule === version.rule.name);
  const isOwn = new Set(alarmsUnder(version, stored));
  const before = ofRule
    .filter((alarm) => alarm.startMs < fromMs && alarm.retractedMs === undefined)
    .filter((alarm) => isOwn.has(alarm) || (alarm.version < version.version && isContinued(alarm, version)))
    .toSorted((a, b) => a.startMs - b.startMs || a.version - b.version);
  for (const alarm of before) {
    const { nodeId, startMs, memberCount = 0, ratio = 0 } = alarm;
    found.set(nodeId, { startMs, isOpen: isLasting(alarm) || !isOwn.has(alarm), memberCount, ratio });
  }
  return found;
}

function isContinued(alarm: Alarm, { fromMs }: RegressionVersion): boolean {
  return isLasting(alarm) || (alarm.ended === "rule-changed" && alarm.endMs === fromMs);
}

async function countNodes(
  { tables }: Pick<Sweep, "tables">,
  evaluations: readonly RegressionEvaluation[],
): Promise<void> {
  const neededMs = Math.min(...evaluations.map(({ neededFromMs }) => neededFromMs));
  const withTags = evaluations.some(({ version }) => version.rule.where?.includes("tags"));
  const parts = Array.from({ length: PARTS }, (_, index) => index);
  await mapLimited(parts, PARTS_AT_ONCE, async (index) => {
    const add = (record: NodeRecord) => {
      const facts = nodeFactsOf(record);
      const history = { ...record, transitions: faultTransitions(record) };
      for (const evaluation of evaluations) evaluation.add(facts, history);
    };
    const short: NodeRecord[] = [];
    for await (const row of scanNodeRecords(tables.nodes, { index, count: PARTS }, withTags)) {
      if (reachesBack(row, neededMs)) add(row);
      else short.push(row);
    }
    await mapLimited(short, READS_AT_ONCE, async (row) => {
      const whole = await readNodeRecord(tables.nodes, row.nodeId, neededMs, false);
      add({ ...row, ...whole, tags: row.tags });
    });
  });
}
