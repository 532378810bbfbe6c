import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { TimeSeriesEvent } from "@rainhooks/time-series/puts";
import { timeSeriesSink } from "@rainhooks/time-series/time-series-sink";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { WorkJob } from "../work/job.ts";
import { chooseNodes } from "./verify-nodes.ts";

const NOW_MS = Date.UTC(2026, 10, 24, 8);
/** A point of each event: five pages of a scan. */
const EVENTS = 220;
const PAGES = 5;

let tables: TestTables;
let scans = 0;
beforeAll(async () => {
  tables = await startTables();
  for (const table of [timeSeriesTable, timeSeriesRollupsTable]) await tables.create(table);
  const items = Array.from({ length: EVENTS }, (_, v) => {
    const ts_data = [{ name: "Oven.heat", dt: "int", records: [{ t: NOW_MS / 1000 - v, v }] }];
    const body = {
      event_type: "rmaker.event.node_ts_data",
      event_data: { node_id: "oven", ts_data },
    };
    const decoded = decode(
      deliveryOf(body, { id: `d-${v}`, sentAtMs: NOW_MS, topic: "node_ts_data" }),
    );
    if (decoded.kind !== "event") throw new Error("It is no event.");
    return { id: String(v), value: decoded.event as TimeSeriesEvent };
  });
  const sink = timeSeriesSink({
    client: tables.client,
    tableName: timeSeriesTable.name,
    retentionDays: 30,
    nowMs: () => NOW_MS,
    rollupsTableName: timeSeriesRollupsTable.name,
  });
  expect(await sink.write(items)).toEqual([]);
  tables.client.middlewareStack.add(
    (next) => (args) => {
      scans += 1;
      return next(args);
    },
    { step: "initialize" },
  );
});
afterAll(() => tables.stop());

/** Chooses nodes in a table that has one, whose series is long. */
async function chosen(count: number, isLate: () => boolean) {
  scans = 0;
  const judged = {
    settings: { retentionDays: 30 },
    integration: "us",
    webhook: { events: [], filtered: false, subscribed: { topics: {} }, sinceMs: 0 },
  };
  const rules = () => Promise.reject(new Error("No rule is needed."));
  const job = new WorkJob({ job: "", store: "time-series", judged }, rules, isLate, {
    client: tables.client,
    s3: new S3Client({}),
    bucket: "",
    folder: "",
    nameOf: (table) => table,
    readRules: rules,
    nowMs: () => NOW_MS,
    wait: async () => undefined,
    random: () => 0,
  });
  return { nodes: await chooseNodes(job, "a", count), scans };
}

it("the segments in which nodes are looked for are as many as the nodes, then the whole table is read", async () => {
  const never = () => false;
  expect(await chosen(2, never)).toEqual({ nodes: ["oven"], scans: 64 + 64 + 64 + 8 + PAGES });
  expect(await chosen(100, never)).toEqual({ nodes: ["oven"], scans: 100 + 100 + 64 + 8 + PAGES });
});

it("reading the whole table ends when the function is late, with those that were found", async () => {
  expect(await chosen(2, () => scans > 201)).toEqual({ nodes: ["oven"], scans: 202 });
  expect(await chosen(2, () => true)).toEqual({ nodes: ["oven"], scans: 201 });
});
