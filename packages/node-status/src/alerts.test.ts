import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { type AlertPage, isAlertCursor, readAlerts } from "./alerts.ts";
import { nodeTimelineTable } from "./node-status-tables.ts";
import { alertItem } from "./timeline-item.ts";

const START_MS = 1_700_006_400_000;
const ALERTS = 23;

describe("the alerts of a node", () => {
  let tables: TestTables;
  const read = (fromMs: number, toMs: number, limit: number, after?: string) =>
    readAlerts({ client: tables.client, tableName: nodeTimelineTable.name }, "n", {
      fromMs,
      toMs,
      limit,
      after,
    });
  const textsOf = ({ alerts }: AlertPage) => alerts.map(({ text }) => text);

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(nodeTimelineTable);
    const requests = Array.from({ length: ALERTS }, (_, index) => ({
      // Pairs at the same time.
      PutRequest: {
        Item: itemOf(`alert ${index}`, START_MS + Math.floor(index / 2) * 1000, `d${index}`),
      },
    }));
    const options = { client: tables.client, tableName: nodeTimelineTable.name };
    expect(await batchWrite(requests, options)).toEqual([]);
  });
  afterAll(() => tables.stop());

  it("the alerts are listed newest first, each once, for any page size", async () => {
    const all = textsOf(await read(0, START_MS + 60_000, 100));
    expect(all[0]).toBe("alert 22");
    expect(all).toHaveLength(ALERTS);
    for (const limit of [1, 2, 7, ALERTS - 1, ALERTS]) {
      const texts: string[] = [];
      let next: string | undefined;
      let pages = 0;
      do {
        const page = await read(0, START_MS + 60_000, limit, next);
        texts.push(...textsOf(page));
        next = page.next;
        pages += 1;
      } while (next !== undefined);
      expect([texts, pages]).toEqual([all, Math.ceil(ALERTS / limit)]);
    }
  });

  it("the alerts of a range do not include the end of the range", async () => {
    expect(textsOf(await read(START_MS, START_MS + 1000, 9))).toEqual(
      ["alert 1", "alert 0"].sort().reverse(),
    );
    expect(textsOf(await read(START_MS + 1, START_MS + 1000, 9))).toEqual([]);
    expect(textsOf(await read(START_MS + 1000, START_MS, 9))).toEqual([]);
  });
});

test.each([
  [`alert#${String(START_MS).padStart(16, "0")}#d`, true],
  [`alert#${String(START_MS + 1000).padStart(16, "0")}#d`, false],
  [`alert#${String(START_MS - 1).padStart(16, "0")}#d`, false],
  [`transitions#${String(START_MS).padStart(16, "0")}#d`, false],
  [`alert#${START_MS}#d`, false],
  [`alert#${String(START_MS).padStart(16, "0")}#${"x".repeat(1024)}`, false],
  ["", false],
])("%j is a place in a list of alerts: %p", (place, expected) => {
  expect(isAlertCursor(place, { fromMs: START_MS, toMs: START_MS + 1000 })).toBe(expected);
});

function itemOf(text: string, atMs: number, id: string) {
  const body = {
    event_type: "rmaker.event.alert",
    timestamp: atMs,
    event_data: { node_id: "n", message_body: text },
  };
  const decoded = decode(deliveryOf(body, { id, sentAtMs: atMs }));
  const item = decoded.kind === "event" ? alertItem(decoded.event, 1000) : undefined;
  if (item === undefined) throw new Error("not an alert");
  return item;
}
