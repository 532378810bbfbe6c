import { afterEach, beforeEach, expect } from "@jest/globals";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { SWEEP_BEHIND } from "@rainhooks/extensions/alarms/functions/watch/scheduled";
import type { RunHandler } from "@rainhooks/webhook/run-handler";
import { createTables, OutageWorld, SIMULATED } from "../outage-world.ts";
import { addRules, playedSweep, snsOf } from "./played-sweep.ts";

/*
 * A store of a fleet fails for 75 minutes, or for four: real handlers on queues with SQS's rules, a
 * sweep each minute, and nothing waits. Nodes that come back meanwhile have no alarm, and those
 * that are away have one when the store is back.
 */

export const START_MS = Date.UTC(2026, 10, 24);
/**
 * Longer than each duration of the rules: else an alarm that waits for the store would not be
 * false.
 */
export const FROM_MIN = 30;
const TO_MIN = 105;
const END_MIN = 150;
export const NODES = 20;
const RULES = [
  { name: "gone", kind: "offline", for: "10m" },
  { name: "quiet", kind: "silent", for: "1h" },
  { name: "hot", kind: "threshold", series: "T", above: 30, for: "10m" },
];

export let tables: TestTables;
export let world: OutageWorld;
let told: string[];
export let sweep: (context?: Partial<Parameters<RunHandler>[1]>) => Promise<unknown>;

/** Gives each test of a file a fleet of its own. */
export function eachFleet(): void {
  beforeEach(async () => {
    tables = await startTables();
    await createTables(tables);
    world = new OutageWorld(tables, SIMULATED, START_MS);
    await addRules(tables.client, RULES, START_MS);
    told = [];
    sweep = sweepOf();
  });
  afterEach(() => tables.stop());
}

export function sweepOf() {
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

export function publish(type: string, NodeId: string, data: object = {}) {
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

export const nodes = Array.from({ length: NODES }, (_, node) => node);
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
export async function play(setFault: (isOn: boolean) => void, toMin = TO_MIN): Promise<Minute[]> {
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

export const toggle = (set: Set<string>, name: string) => (isOn: boolean) =>
  void (isOn ? set.add(name) : set.delete(name));
export const notices = () => told.map((one) => one.replace(/^\d+ /, "")).toSorted();
export const TRUE = ["raised gone n10", "raised gone n11"];

/** Plays a fault of 75 minutes: no false alarm, and it is said within ten minutes. */
export async function expectNoFalseAlarm(setFault: (isOn: boolean) => void): Promise<void> {
  const seen = await play(setFault);
  expect(notices()).toEqual(TRUE);
  const over = (seconds: number) =>
    seen.filter(({ behindS }) => behindS > seconds).map(({ minute }) => minute);
  expect(over(300)[0]).toBeGreaterThanOrEqual(FROM_MIN);
  expect(over(300)[0]).toBeLessThanOrEqual(FROM_MIN + 8);
  expect(over(3600)[0]).toBeLessThanOrEqual(FROM_MIN + 66);
  expect(over(300).at(-1)).toBeLessThan(TO_MIN + 20);
  expect(over(100).at(-1)).toBeLessThan(END_MIN);
}
