import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createTables, OutageWorld, type Service, SIMULATED } from "@rainhooks/app-e2e/outage-world";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import type { StageConfig } from "../config/config.ts";
import { type ResourceJson, resources, synthesize } from "../synthesize.ts";
import { type DataPoint, minutesOn, pointsIn } from "../testing/alarm-evaluator.ts";
import { References } from "../testing/references.ts";
import { dev, production } from "../testing/stages.ts";

/*
 * Which alarms of a stage ring in an outage, and when: the metrics are those that the real handlers emit on queues with SQS's rules, and those of SQS by its
 * rules; the conditions are those of the synthesized stack. Nothing waits.
 */

const START_MS = Date.UTC(2026, 10, 25, 12);
/** SQS leaves out of the age of its oldest message what was received so often. Source: Amazon SQS developer guide, "Available CloudWatch metrics". */
const LEFT_OUT_RECEIVES = 3;
const STAGE = "test";
/** Nodes that connect and send a reading in each interval. */
const NODES = 3;
const FLEET = 100;

/** The alarms on one metric, with the names of their queues: metric math is not evaluated here. */
function alarmsOf(config: StageConfig): ResourceJson[] {
  const { stack } = synthesize({ ...config, name: STAGE });
  const known = new References();
  for (const [id, queue] of resources(stack, "aws_sqs_queue"))
    known.add(`aws_sqs_queue.${id}`, { name: String(queue["name"]) });
  return (
    resources(stack, "aws_cloudwatch_metric_alarm")
      .map(([, alarm]) => alarm)
      .filter(
        ({ metric_query, namespace }) =>
          metric_query === undefined && (namespace === "AWS/SQS" || namespace === "Rainhooks"),
      )
      // Those that look at a week have a test of their own, in dead-letters.test.ts.
      .filter(({ evaluation_periods }) => Number(evaluation_periods) <= 24)
      .map((alarm) => ({ ...alarm, dimensions: known.resolveAll(alarm["dimensions"]) }))
  );
}

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await createTables(tables);
});
afterAll(() => tables.stop());

const LETTERS = new Map<OutageWorld, Map<string, number>>();

/** What SQS says of the queues of the webhooks. */
function queuePoints(world: OutageWorld, published: number): DataPoint[] {
  const before = LETTERS.get(world) ?? new Map<string, number>();
  LETTERS.set(world, before);
  const { nowMs: atMs } = world;
  return SIMULATED.flatMap(({ name }) => {
    const { queue, deadLetters } = world.queuesOf(name);
    const { visible } = deadLetters.counts();
    const sent = visible - (before.get(name) ?? 0);
    before.set(name, visible);
    const counted = queue.peek().filter(({ receives }) => receives < LEFT_OUT_RECEIVES);
    const oldestMs = Math.min(atMs, ...counted.map(({ sentAtMs }) => sentAtMs));
    const of = (QueueName: string, metric: string, value: number) => ({
      ...{ namespace: "AWS/SQS", name: metric, dimensions: { QueueName } },
      ...{ atMs, value },
    });
    const names = [`rainhooks-${STAGE}-${name}`, `rainhooks-${STAGE}-${name}-dead-letters`] as const;
    return [
      of(names[0], "ApproximateAgeOfOldestMessage", (atMs - oldestMs) / 1000),
      of(names[0], "NumberOfMessagesSent", published),
      of(names[1], "ApproximateNumberOfMessagesVisible", visible),
      of(names[1], "NumberOfMessagesSent", sent),
    ];
  });
}

/** What is wrong for a time. */
interface Fault {
  readonly down?: readonly Service[];
  readonly failingNode?: string;
  /** Messages that nobody can decode, each minute. */
  readonly poison?: number;
  /** Nothing is published after the first hour. */
  readonly silent?: true;
}

/** @returns The alarms that ring, and how many minutes after the beginning. */
async function rings(
  fault: Fault,
  lengthMs: number,
  config: StageConfig = dev,
): Promise<Record<string, number>> {
  // In a day, fewer events are retried about a hundred times each.
  const everyMin = Math.max(1, lengthMs / HOUR_MS);

  const world = new OutageWorld(tables, SIMULATED, START_MS);
  const points: DataPoint[] = [];
  const minutes = lengthMs / MINUTE_MS + 60;
  const alarms = alarmsOf(config);
  for (let minute = 0; minute < minutes; minute += 1) {
    const isFaulty = minute * MINUTE_MS < lengthMs;
    world.setDown(isFaulty ? (fault.down ?? []) : []);
    world.failingNode = isFaulty ? fault.failingNode : undefined;
    const published = publishMinute(world, { minute, everyMin, fault: isFaulty ? fault : {} });
    await world.runUntil(START_MS + (minute + 1) * MINUTE_MS);
    points.push(...queuePoints(world, published));
  }
  points.push(...world.metricLines.splice(0).flatMap(pointsIn));
  const range = { fromMs: START_MS, toMs: START_MS + lengthMs };
  return Object.fromEntries(
    alarms.flatMap((alarm) => {
      const [firstMs] = minutesOn(alarm, points.filter(isNear(alarm)), range);
      const name = String(alarm["alarm_name"]).slice(`rainhooks-${STAGE}-`.length);
      return firstMs === undefined ? [] : [[name, (firstMs - START_MS) / MINUTE_MS]];
    }),
  );
}

/** Points of other metrics take time. */
function isNear(alarm: Readonly<Record<string, unknown>>) {
  return ({ name }: DataPoint) => name === alarm["metric_name"];
}

/** Publishes what comes in a minute; returns how many messages each webhook gets that subscribes to all. */
function publishMinute(
  world: OutageWorld,
  { minute, everyMin, fault }: { readonly minute: number; readonly everyMin: number; readonly fault: Fault },
): number {
  const isSilent = fault.silent === true && minute >= 60;
  const nodes = minute % everyMin === 0 && !isSilent ? NODES : 0;
  for (let node = 0; node < nodes; node += 1)
    publish(world, `n${((minute / everyMin) * NODES + node) % FLEET}`);
  const { poison = 0 } = fault;
  for (let index = 0; index < poison; index += 1)
    world.publish(`poison-${minute}-${index}`, "esp_rainmaker_sns_node_connected", "not JSON");
  return nodes + poison;
}

function publish(world: OutageWorld, NodeId: string): void {
  const of = (type: string, data: object) =>
    world.publish(
      `${type}-${NodeId}-${world.nowMs}`,
      `esp_rainmaker_sns_${type}`,
      JSON.stringify({
        EventType: `rmaker.event.${type}`,
        Timestamp: world.nowMs,
        EventData: { NodeId, ...data },
      }),
    );
  of("node_connected", {});
  of("node_ts_data", { name: "t", dt: "int", t: world.nowMs / 1000, v: 1 });
}

test.each<[string, Fault, number, Record<string, number>, StageConfig?]>([
  [
    "DynamoDB for an hour",
    { down: ["dynamodb"] },
    HOUR_MS,
    { "node-status-stuck": 16, "time-series-stuck": 16 },
  ],
  [
    "DynamoDB for a day",
    { down: ["dynamodb"] },
    24 * HOUR_MS,
    { "node-status-stuck": 16, "time-series-stuck": 16 },
  ],
  // Firehose says that it is busy: then a record is tried every 30 seconds at first.
  ["Firehose for an hour", { down: ["firehose"] }, HOUR_MS, { "archive-stuck": 21 }],
  ["Firehose for a day", { down: ["firehose"] }, 24 * HOUR_MS, { "archive-stuck": 21 }],
  // Records that are written need no call of SQS; undecodable ones wait until it is back.
  ["the SQS that functions call, for an hour", { down: ["sqs"] }, HOUR_MS, {}],
  // The first event of this node comes in the fifth minute.
  [
    "DynamoDB for one node of a hundred",
    { failingNode: "n13" },
    HOUR_MS,
    { "node-status-stuck": 20, "time-series-stuck": 20 },
  ],
  [
    "a flood of poison",
    { poison: 5 },
    HOUR_MS,
    { "node-status-dead-letters": 1, "node-status-dead-letters-flood": 21 },
    production,
  ],
  // The last event comes in the 53rd minute: a day later.
  [
    "a topic that stopped",
    { silent: true },
    26 * HOUR_MS,
    { "archive-silent": 1493, "node-status-silent": 1493, "time-series-silent": 1493 },
    production,
  ],
])("%s", async (...[, fault, lengthMs, expected, config]) => {
  expect(await rings(fault, lengthMs, config)).toEqual(expected);
});
