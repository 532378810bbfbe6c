import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { EventType } from "@rainhooks/core/catalog";
import { chunk } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { attempts } from "@rainhooks/testing/hostile";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { factValue, fieldsWith } from "./facts.ts";
import type { ExtensionField } from "./fields/extension-field.ts";
import { decodeNode } from "./node-item.ts";
import { nodeStatusSink } from "./node-status-sink.ts";
import { nodeStatusTable, nodeTimelineTable } from "./node-status-tables.ts";
import { project } from "./project.ts";
import { statusKey } from "./sub-item.ts";
import { intervalField } from "./testing/interval-field.ts";

const START_MS = Date.UTC(2026, 10, 24);
const INTERVAL_MS = 1000;

const READINGS = intervalField("readings", ["rmaker.event.node_ts_data", "rmaker.event.alert"]);
const PARAMETERS = intervalField("parameters", [
  "rmaker.event.node_params_changed",
  "rmaker.event.alert",
]);
// It needs no frequent event, and does not say so.
const { needs: _, ...ALERTS } = intervalField("alerts", ["rmaker.event.alert"]);
const EXTENSIONS: readonly (readonly ExtensionField[])[] = [
  [],
  [READINGS],
  [PARAMETERS],
  [ALERTS],
  [READINGS, PARAMETERS],
  [ALERTS, PARAMETERS, READINGS],
];

const events = fc.array(
  fc.record({
    type: fc.constantFrom<EventType>(
      "rmaker.event.node_ts_data",
      "rmaker.event.node_params_changed",
      "rmaker.event.alert",
      "rmaker.event.node_disconnected",
    ),
    atMs: fc.integer({ min: 0, max: 3 * INTERVAL_MS }),
  }),
  { minLength: 1, maxLength: 16 },
);

function eventOf(type: EventType, atMs: number, node_id: string): RainmakerEvent {
  const payload = { name: "p", dt: "int", t: 1, v: 2 };
  const event_data = { node_id, message_body: "hot", payload };
  const decoded = decode(
    deliveryOf(
      { event_type: type, timestamp: START_MS + atMs, event_data },
      { sentAtMs: START_MS + atMs },
    ),
  );
  if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
  return decoded.event;
}

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(nodeStatusTable);
  await tables.create(nodeTimelineTable);
});
afterAll(() => tables.stop());

it("the cache of seen nodes leaves out no event that a field of an extension needs", async () => {
  let runs = 0;
  const reader = {
    client: tables.client,
    tableName: nodeStatusTable.name,
    timelineTableName: nodeTimelineTable.name,
  };
  const property = fc.asyncProperty(
    events,
    fc.constantFrom(...EXTENSIONS),
    fc.integer({ min: 1, max: 3 }),
    async (list, fields, size) => {
      const newSink = () =>
        nodeStatusSink({
          ...reader,
          timelineDays: 30,
          seenIntervalMs: INTERVAL_MS,
          extensions: fields.map((field) => ({ fields: [field] })),
        });
      runs += 1;
      const ids = [`cached-${runs}`, `not-${runs}`] as const;
      const rows = await Promise.all(
        ids.map(async (nodeId, index) => {
          const all = list.map(({ type, atMs }) => eventOf(type, atMs, nodeId));
          const cached = newSink();
          for (const batch of chunk(all, size)) {
            const sink = index === 0 ? cached : newSink();
            const items = batch.map((value, at) => ({ id: String(at), value }));
            expect(await sink.write(items)).toEqual([]);
          }
          const Key = statusKey(nodeId);
          const { Item = {} } = await reader.client.send(
            new GetItemCommand({ TableName: reader.tableName, Key }),
          );
          return decodeNode(Item, fieldsWith(fields));
        }),
      );
      const all = list.map(({ type, atMs }) => eventOf(type, atMs, "n"));
      const facts = project(all, INTERVAL_MS, fieldsWith(fields));
      for (const row of rows)
        for (const field of fields) expect(factValue(row, field)).toEqual(factValue(facts, field));
    },
  );
  await fc.assert(property, { numRuns: attempts(40, 400) });
});
