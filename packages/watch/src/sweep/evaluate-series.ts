import { DAY_MS } from "@rainhooks/core";
import { readNodeRecord } from "@rainhooks/node-status";
import { readLastPoint, readPoints } from "@rainhooks/time-series";
import { readAlarmsOf } from "../alarms/alarm-store.ts";
import type { NodeHistory } from "../history.ts";
import type { RuleVersion } from "../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/needs.ts";
import { evaluateVersion, nodeFactsOf } from "./evaluate-node.ts";
import type { Sweep } from "./parts.ts";

/** How far back values are read. A value that comes later than this changes no alarm. */
const VALUES_BACK_MS = DAY_MS;
/** The longest duration or window of a rule. */
const READ_BEFORE_MS = DAY_MS;

/** Evaluates all rules about a series, and writes what has changed. */
export async function evaluateSeries(sweep: Sweep, nodeId: string, name: string): Promise<void> {
  const { tables, nowMs } = sweep;
  const versions = seriesVersions(sweep, name);
  if (versions.length === 0) return;
  const alarms = (await readAlarmsOf(tables.alarms, nodeId)).filter(({ series }) => series === name);
  const openStarts = alarms.filter(({ endMs }) => endMs === undefined).map(({ startMs }) => startMs);
  const fromMs = Math.min(nowMs - VALUES_BACK_MS, ...openStarts);
  const history = await readSeriesHistory(sweep, nodeId, name, fromMs);
  for (const version of versions) await evaluateVersion(sweep, version, history, alarms);
}

function seriesVersions({ rules, nowMs }: Sweep, name: string): RuleVersion[] {
  return nodeVersions(rules.rules, nowMs - LOOK_BACK_MS).filter(
    ({ rule }) => "series" in rule && rule.series === name,
  );
}

async function readSeriesHistory(
  { tables, rules, nowMs }: Sweep,
  nodeId: string,
  name: string,
  fromMs: number,
): Promise<NodeHistory> {
  const asksForNode = rules.rules.some(({ states }) =>
    states.some(({ rule }) => rule.where !== undefined || ("when" in rule && rule.when !== undefined)),
  );
  const readFromMs = Math.max(0, fromMs - READ_BEFORE_MS);
  const [record, points, before] = await Promise.all([
    asksForNode ? readNodeRecord(tables.nodes, nodeId, Number.MAX_SAFE_INTEGER, true) : undefined,
    readPoints(tables.series, { nodeId, name, fromMs: readFromMs, toMs: Number.MAX_SAFE_INTEGER }, nowMs),
    readLastPoint(tables.series, { nodeId, name, toMs: readFromMs }, nowMs),
  ]);
  return {
    node: record === undefined ? { id: nodeId, tags: [] } : nodeFactsOf(record),
    fromMs,
    transitions: [],
    series: { name, points, complete: before === undefined },
  };
}
