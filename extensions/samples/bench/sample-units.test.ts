import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { batchWrite, MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb/batch-write";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { UnitMeter, type Units } from "@rainhooks/embedded-dynamodb/units/unit-meter";
import { NO_FACTS } from "@rainhooks/node-status/facts";
import { takeSample } from "@rainhooks/node-status/fleet/take-sample";
import { encodeNode } from "@rainhooks/node-status/node-item";
import { fleetSamplesTable, nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import * as a from "../costs.ts";

const START_MS = Date.UTC(2026, 0);
/** All of them are offline: so many that the pages of a shard are nearly full. */
const NODES = 8000;
/** Of a fleet, `npm run cost` assumes that this share is offline. */
const OFFLINE_SHARE = 0.1;

/**
 * The arithmetic of `npm run cost` begins with these units: a change of code that makes samples
 * dearer, or cheaper, fails here.
 */
let tables: TestTables;
let empty: Units;
let counted: Units;
let between: Units;
beforeAll(async () => {
  tables = await startTables();
  const { client } = tables;
  const meter = new UnitMeter(client, [fleetSamplesTable]);
  for (const table of [nodeStatusTable, fleetSamplesTable]) await tables.create(table);
  const sampleAt = (nowMs: number) =>
    meter.measure(() =>
      takeSample({
        client,
        tableName: nodeStatusTable.name,
        samplesTableName: fleetSamplesTable.name,
        nowMs,
      }),
    );
  empty = await sampleAt(START_MS);
  const requests = Array.from({ length: NODES }, (_, node) => ({
    PutRequest: { Item: offlineNode(node) },
  }));
  for (const batch of chunk(requests, MAX_WRITES_PER_CALL))
    await batchWrite(batch, { client, tableName: nodeStatusTable.name });
  counted = await sampleAt(START_MS + HOUR_MS);
  between = await sampleAt(START_MS + HOUR_MS + MINUTE_MS);
});
afterAll(() => tables.stop());

it.each<[string, () => number, number]>([
  ["read units of a sample of no nodes", () => empty.reads, 1.5 * a.MIN_SAMPLE_READS],
  ["write units of a sample with a count", () => counted.writes, a.SAMPLE_WRITES],
  [
    "read units of a sample by the nodes of a fleet, besides those of empty shards",
    () => ((between.reads - a.MIN_SAMPLE_READS / 2) * OFFLINE_SHARE) / NODES,
    a.SAMPLE_READS_PER_NODE,
  ],
  [
    "read units of a count of all nodes, besides those of the sample",
    () => (counted.reads - between.reads) / NODES,
    a.FULL_SAMPLE_READS_PER_NODE,
  ],
])("%s", (_, found, assumed) => {
  const isClose = Math.abs(found() - assumed) <= 0.1 * assumed;
  expect({ found: found(), isClose }).toEqual({ found: found(), isClose: true });
});

/** Its id is as long as those of RainMaker. */
function offlineNode(node: number) {
  const source = { atMs: START_MS - node, sentAtMs: START_MS, deliveryId: "d" };
  const clock = { latest: source, beforeMs: undefined, clamped: undefined };
  const item = encodeNode({ ...NO_FACTS, disconnected: clock }, String(node).padStart(22, "N"));
  return { ...item, firmware: { S: "1.2.3" } };
}
