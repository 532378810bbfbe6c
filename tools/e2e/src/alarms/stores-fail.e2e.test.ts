import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it, test } from "@jest/globals";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import {
  OUTAGES_LEFT_OUT,
  SWEEP_BEHIND,
} from "@rainhooks/extensions/alarms/functions/watch/scheduled";
import { holdSweep } from "@rainhooks/extensions/alarms/sweep/sweep-state";
import { alarmsTable } from "@rainhooks/extensions/alarms/watch-tables";
import type { RunHandler } from "@rainhooks/webhook/run-handler";
import { createTables, OutageWorld, SIMULATED } from "../outage-world.ts";
import { addRules, playedSweep, snsOf } from "./played-sweep.ts";

/*
 * A store of a fleet fails for 75 minutes, or for four: real handlers on queues with SQS's rules, a
 * sweep each minute, and nothing waits. Nodes that come back meanwhile have no alarm, and those
 * that are away have one when the store is back.
 */

const START_MS = Date.UTC(2026, 10, 24);
/**
 * Longer than each duration of the rules: else an alarm that waits for the store would not be
 * false.
 */
const FROM_MIN = 30;
const TO_MIN = 105;
const END_MIN = 150;
const NODES = 20;
const RULES = [
  { name: "gone", kind: "offline", for: "10m" },
  { name: "quiet", kind: "silent", for: "1h" },
  { name: "hot", kind: "threshold", series: "T", above: 30, for: "10m" },
];

let tables: TestTables;
let world: OutageWorld;
let told: string[];
let sweep: (context?: Partial<Parameters<RunHandler>[1]>) => Promise<unknown>;
beforeEach(async () => {
  tables = await startTables();
  await createTables(tables);
  world = new OutageWorld(tables, SIMULATED, START_MS);
  await addRules(tables.client, RULES, START_MS);
  told = [];
  sweep = sweepOf();
});
afterEach(() => tables.stop());

function sweepOf() {
  const sns = snsOf((message) => {
    const { event_data } = JSON.parse(message);
    const minute = Math.round((world.nowMs - START_MS) / MINUTE_MS);
    for (const { node_id } of event_data.alarms)
      told.push(`${minute} ${event_data.notice} ${event_data.rule} ${node_id}`);
  });
  const writeLine = (line: string) => void world.metricLines.push(line);
  const handler = playedSweep(world, { client: world.dynamodb(), sqs: world.sqs, sns, writeLine });
  return (context: Partial<Parameters<RunHandler>[1]> = {}) =>
    handler({}, { awsRequestId: "r", ...context });
}

function publish(type: string, NodeId: string, data: object = {}) {
  const body = {
    EventType: `rmaker.event.${type}`,
    Timestamp: world.nowMs,
    EventData: { NodeId, ...data },
  };
  world.publish(
    `${type}-${NodeId}-${world.nowMs}`,
    `esp_rainmaker_sns_${type}`,
    JSON.stringify(body),
  );
}
const reading = (node: number, v: number) =>
  publish("node_ts_data", `n${node}`, {
    name: "T",
    dt: "int",
    t: Math.floor(world.nowMs / 1000),
    v,
  });

const nodes = Array.from({ length: NODES }, (_, node) => node);
const returning = nodes.slice(0, 5);
const warm = nodes.slice(5, 10);
const publishAll = (type: string, some: readonly number[]) =>
  some.map((node) => publish(type, `n${node}`));
const readAll = (some: readonly number[], v: number) => some.map((node) => reading(node, v));
/** What happens just before and after the beginning of the break. */
const HAPPENS: Readonly<Record<number, () => unknown>> = {
  0: () => publishAll("node_connected", nodes),
  [FROM_MIN - 20]: () => publishAll("node_disconnected", [10]),
  [FROM_MIN - 5]: () => [publishAll("node_disconnected", returning), readAll(warm, 40)],
  [FROM_MIN + 1]: () => [publishAll("node_connected", returning), readAll(warm, 20)],
  [FROM_MIN + 5]: () => publishAll("node_disconnected", [11]),
};

/**
 * Each node sends a reading every ten minutes, also those of which a disconnect is the last that is
 * known of their connection.
 */
function publishMinute(minute: number): void {
  HAPPENS[minute]?.();
  const due = nodes.filter((node) => (minute + node) % 10 === 0);
  const isHot = minute >= FROM_MIN - 5 && minute <= FROM_MIN;
  for (const node of due) reading(node, isHot && warm.includes(node) ? 40 : 20);
}

interface Minute {
  readonly minute: number;
  readonly behindS: number;
}

/** Plays everything; returns how far the sweep was behind in each minute. */
async function play(setFault: (isOn: boolean) => void, toMin = TO_MIN): Promise<Minute[]> {
  const seen: Minute[] = [];
  for (let minute = 0; minute <= END_MIN; minute += 1) {
    if (minute === FROM_MIN) setFault(true);
    if (minute === toMin) setFault(false);
    publishMinute(minute);
    await world.runUntil(START_MS + minute * MINUTE_MS + 30 * SECOND_MS);
    await sweep().catch(() => undefined);
    const line = world.metricLines.findLast((one) => one.includes(`"${SWEEP_BEHIND}":`)) ?? "{}";
    seen.push({ minute, behindS: JSON.parse(line)[SWEEP_BEHIND] });
    await world.runUntil(START_MS + (minute + 1) * MINUTE_MS);
  }
  return seen;
}

const toggle = (set: Set<string>, name: string) => (isOn: boolean) =>
  void (isOn ? set.add(name) : set.delete(name));
const notices = () => told.map((one) => one.replace(/^\d+ /, "")).toSorted();
const TRUE = ["raised gone n10", "raised gone n11"];

test.each<[string, () => (isOn: boolean) => void]>([
  ["node status, whose code fails as a whole", () => toggle(world.broken, "node-status")],
  ["node status, whose table takes no writes", () => toggle(world.refused, "node-status")],
  ["time series, which is paused", () => toggle(world.stopped, "time-series")],
  ["time series, whose table takes no writes", () => toggle(world.refused, "time-series")],
  ["DynamoDB", () => (isOn) => world.setDown(isOn ? ["dynamodb"] : [])],
])(
  "no false alarm while a store fails for 75 minutes, and it is said within ten minutes: %s",
  async (_, fault) => {
    const seen = await play(fault());
    expect(notices()).toEqual(TRUE);
    const over = (seconds: number) =>
      seen.filter(({ behindS }) => behindS > seconds).map(({ minute }) => minute);
    expect(over(300)[0]).toBeGreaterThanOrEqual(FROM_MIN);
    expect(over(300)[0]).toBeLessThanOrEqual(FROM_MIN + 8);
    expect(over(3600)[0]).toBeLessThanOrEqual(FROM_MIN + 66);
    expect(over(300).at(-1)).toBeLessThan(TO_MIN + 20);
    expect(over(100).at(-1)).toBeLessThan(END_MIN);
  },
);

it("no false alarm if the code of node status fails for four minutes: what it had received comes back by itself", async () => {
  const seen = await play(toggle(world.broken, "node-status"), FROM_MIN + 4);
  expect(notices()).toEqual(TRUE);
  expect(Math.max(...seen.map(({ behindS }) => behindS))).toBeGreaterThan(300);
  expect(seen.filter(({ behindS }) => behindS > 100).at(-1)?.minute).toBeLessThan(FROM_MIN + 12);
});

describe("two sweeps at once", () => {
  const alarms = () => ({ client: tables.client, tableName: alarmsTable.name });
  beforeEach(async () => {
    for (const node of nodes) publish("node_disconnected", `n${node}`);
    await world.runUntil(START_MS + 20 * MINUTE_MS);
  });

  it("two sweeps at once are one: the other ends quietly, and says how far the evaluation is behind", async () => {
    const results = await Promise.all([sweep(), sweepOf()()]);
    expect(results).toContainEqual({ skipped: "another sweep runs" });
    expect(results).toContainEqual(expect.objectContaining({ changed: NODES, sent: 1 }));
    expect(notices()).toEqual(nodes.map((node) => `raised gone n${node}`).toSorted());
    expect(world.metricLines.filter((one) => one.includes(`"${SWEEP_BEHIND}":`))).toHaveLength(2);
  });

  it("a sweep after one that was killed begins when the lease of that one has expired", async () => {
    await holdSweep(alarms(), "killed", world.nowMs, world.nowMs + 300 * SECOND_MS);
    expect(await sweep()).toEqual({ skipped: "another sweep runs" });
    world.nowMs += 300 * SECOND_MS;
    expect(await sweep()).toMatchObject({ changed: NODES });
    expect(await sweep()).toMatchObject({ changed: 0 });
  });
});

it("a metric says in each minute that rules about outages are left out, once a sweep has found too many nodes", async () => {
  const rule = { name: "site", kind: "outage", by: "tag", severity: "critical" };
  await addRules(tables.client, [rule], START_MS);
  const lines = () => world.metricLines.filter((one) => one.includes(`"${OUTAGES_LEFT_OUT}":1`));
  world.nowMs += MINUTE_MS;
  await sweep();
  expect(lines()).toHaveLength(0);
  const state = JSON.stringify({ evaluatedMs: world.nowMs, isTooLarge: true });
  const Item = { subject: { S: "sweep" }, item: { S: "outages" }, state: { S: state } };
  await tables.client.send(new PutItemCommand({ TableName: alarmsTable.name, Item }));
  for (const _ of [1, 2]) {
    world.nowMs += MINUTE_MS;
    await sweep();
  }
  expect(lines()).toHaveLength(2);
});
