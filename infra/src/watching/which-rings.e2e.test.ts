import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createTables } from "@rainhooks/app-e2e/outage-world";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import type { StageConfig } from "../config/config.ts";
import { alarmsOf, firstRings } from "../testing/played-alarms.ts";
import { type Fault, playOutage } from "../testing/played-outage.ts";
import { dev, production } from "../testing/stages.ts";

/*
 * Which alarms of a stage ring in an outage, and when: the metrics are those that the real handlers emit on queues with SQS's rules, and those of SQS and
 * Lambda by their rules; the conditions are those of the synthesized stack. Nothing waits.
 */

const START_MS = Date.UTC(2026, 10, 25, 12);
let tables: TestTables;
beforeEach(async () => {
  tables = await startTables();
  await createTables(tables);
});
afterEach(() => tables.stop());

/** @returns The alarms that ring, and how many minutes after the beginning. */
async function rings(
  fault: Fault,
  lengthMs: number,
  config: StageConfig = dev,
): Promise<Record<string, number>> {
  const everyMinutes = Math.max(1, lengthMs / HOUR_MS);
  const range = { startMs: START_MS, minutes: lengthMs / MINUTE_MS + 1, everyMinutes };
  const points = await playOutage(tables, { minutes: [0, lengthMs / MINUTE_MS], ...fault }, range);
  return firstRings(alarmsOf(config), points, { fromMs: START_MS, toMs: START_MS + lengthMs });
}

test.each<[string, Fault, number, Record<string, number>, StageConfig?]>([
  [
    "DynamoDB for an hour",
    { down: ["dynamodb"] },
    HOUR_MS,
    { "watch-failing": 6, "node-status-stuck": 16, "time-series-stuck": 16 },
  ],
  // Firehose says that it is busy: then a record is tried every 30 seconds at first.
  ["Firehose for an hour", { down: ["firehose"] }, HOUR_MS, { "archive-stuck": 21 }],
  // Records that are written need no call of SQS; undecodable ones wait until it is back.
  ["the SQS that functions call, for an hour", { down: ["sqs"] }, HOUR_MS, { "watch-failing": 6 }],
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
    { minutes: [60, 26 * 60], silent: true },
    26 * HOUR_MS,
    { "archive-silent": 1493, "node-status-silent": 1493, "time-series-silent": 1493 },
    production,
  ],
  [
    "a deployment that broke a webhook",
    { broken: "node-status" },
    HOUR_MS,
    // SQS leaves messages that were received three times out of the age of the oldest, so the queue is not "late".
    { "node-status-failing": 5 },
    production,
  ],
  [
    "a webhook that Lambda does not invoke: alarms about nodes wait for it",
    { minutes: [10, 60], stopped: "node-status" },
    HOUR_MS,
    { "node-status-late": 26, "watch-behind": 26 },
    production,
  ],
  // After the 20th minute.
  ["a sweep that does not run", { minutes: [20, 60], stopped: "watch" }, HOUR_MS, { "watch-stopped": 35 }],
  [
    "one node that sends ten times a second",
    { flood: 600 },
    HOUR_MS / 3,
    { "node-status-one-node": 12, "time-series-one-node": 12 },
    production,
  ],
  ["one node that sends four times a second", { flood: 240 }, HOUR_MS / 3, {}, production],
])("%s", async (...[, fault, lengthMs, expected, config]) => {
  expect(await rings(fault, lengthMs, config)).toEqual(expected);
});
