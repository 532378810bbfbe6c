import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { itemBytes } from "@rainhooks/dynamodb/limits";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { fieldsWith, NO_FACTS } from "@rainhooks/node-status/facts";
import { encodeNode, idShards } from "@rainhooks/node-status/node-item";
import { project } from "@rainhooks/node-status/project";
import fc from "fast-check";
import { silentSpans } from "../kinds/connection.ts";
import { eventOf, PlayedStage } from "../testing/played-stage.ts";
import { ALARM_FIELDS, heardField, markedMs } from "./node-fields.ts";
import { historyOf, readNodeRecord } from "./node-record.ts";

const START_MS = Date.UTC(2026, 10, 24);
const HOUR_MS = 3_600_000;
const SILENT = { name: "quiet", kind: "silent", severity: "medium", forMs: 2 * HOUR_MS } as const;

describe("the fields of alarms in a row", () => {
  it("the fields of alarms in a row put a node in the index of marks by the time of its last mark", () => {
    const none = project([], 0, fieldsWith(ALARM_FIELDS));
    const item = encodeNode({ ...none, [markedMs.name]: 1_700_000_000_500 }, "n", ALARM_FIELDS);
    expect(idShards()).toContain(item["markShard"]?.S);
    expect(item["markKey"]).toEqual({ S: "0001700000000500#n" });
    expect(encodeNode(none, "n", ALARM_FIELDS)).not.toHaveProperty("markKey");
  });

  it("the fields of alarms in a row take less than 200 bytes", () => {
    const intervals = [START_MS - 255 * HOUR_MS, START_MS];
    const facts = {
      ...project([], 0, fieldsWith(ALARM_FIELDS)),
      [heardField.name]: { intervalMs: HOUR_MS, intervals, beforeMs: START_MS - 300 * HOUR_MS },
      [markedMs.name]: START_MS,
    };
    const bytes =
      itemBytes(encodeNode(facts, "n", ALARM_FIELDS)) - itemBytes(encodeNode(NO_FACTS, "n"));
    expect(bytes).toBeLessThan(200);
  });
});

describe("what a node has sent", () => {
  let tables: TestTables;
  let runs = 0;
  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());

  it("what a node has sent is written although an event of others came before in the interval", async () => {
    const stage = await PlayedStage.start(tables, "after-others", START_MS);
    await stage.write([eventOf("node_disconnected", START_MS + 5, { node_id: "gone" })]);
    await stage.write([
      eventOf("node_params_changed", START_MS + 6, { node_id: "gone", payload: "{}" }),
    ]);
    const record = await readNodeRecord(stage.tables.nodes, "gone", 0, false);
    expect(record?.heard.intervals).toEqual([START_MS]);
  });

  it("what a node has sent gives the same silences, and the same alarms, with and without the cache of seen nodes", async () => {
    const sent = fc.record({
      type: fc.constantFrom(
        "node_params_changed",
        "node_params_changed",
        "node_connected",
        "node_disconnected",
        "user_node_ota",
      ),
      hour: fc.integer({ min: 0, max: 12 }),
    });
    const story = fc.array(sent, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(story, async (list) => {
        runs += 1;
        const inOrder = list.toSorted((a, b) => a.hour - b.hour);
        const play = async (isCached: boolean) => {
          const stage = await PlayedStage.start(tables, `silent-${runs}-${isCached}`, START_MS);
          await stage.addRule({ name: "quiet", kind: "silent", for: "2h" }, START_MS);
          for (const { type, hour } of inOrder) {
            stage.nowMs = Math.max(stage.nowMs, START_MS + hour * HOUR_MS + 1000);
            if (!isCached) stage.restart();
            const data = { node_id: "n", nodes: ["n"], payload: "{}" };
            await stage.write([eventOf(type, START_MS + hour * HOUR_MS + 500, data)]);
            await stage.sweep();
          }
          const record = await readNodeRecord(stage.tables.nodes, "n", 0, false);
          const alarms = await stage.alarmsOf("n");
          return {
            spans: record && silentSpans(SILENT, historyOf(record, START_MS)),
            alarms: alarms.map(({ alarmId, startMs, endMs }) => [alarmId, startMs, endMs]),
          };
        };
        expect(await play(true)).toEqual(await play(false));
      }),
      { numRuns: 10 },
    );
  });
});
