import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { readErased } from "@rainhooks/stage/tables/erasures";
import { erasuresTable } from "@rainhooks/stage/tables/stage-tables";
import {
  addErased,
  type Erasure,
  listErasures,
  NO_COUNTS,
  readErasures,
  saveErasure,
} from "./erasure-store.ts";

let tables: TestTables;
let table: TableAccess;

beforeAll(async () => {
  tables = await startTables();
  await tables.create(erasuresTable);
  table = { client: tables.client, tableName: erasuresTable.name };
});
afterAll(() => tables.stop());

const erasureOf = (id: string, startedAtMs: number): Erasure => ({
  id,
  kind: "user",
  alias: "rainhooks-erased-0123456789ab",
  step: "tables",
  startedAtMs,
  subject: { id: "anna@example.com", also: ["Anna"] },
  startedBy: "me",
  counts: NO_COUNTS,
  version: 0,
});

test("an erasure is read as it was saved, the newest first, and listed without whose data it is", async () => {
  const first = await saveErasure(table, erasureOf("a", 1), {});
  const third = await saveErasure(table, erasureOf("c", 3), {
    place: "deliveries/a",
    closedAtMs: 4,
  });
  const second = await saveErasure(table, erasureOf("b", 2), {});
  expect(third).toEqual({ ...erasureOf("c", 3), place: "deliveries/a", closedAtMs: 4, version: 1 });
  await addErased(table, "a", new Map([["2026/11/24/08", new Map([["alerts", 1]])]]));
  expect(await readErasures(table)).toEqual([third, second, first]);
  const listed = await listErasures(table);
  expect(listed.map(({ id }) => id)).toEqual(["c", "b", "a"]);
  expect(JSON.stringify(listed)).not.toMatch(/subject|nna/);
});

test("an erasure that another process has saved since it was read is not overwritten", async () => {
  const begun = await saveErasure(table, erasureOf("shared", 1), {});
  const saved = await saveErasure(table, begun, { step: "archive", subject: undefined });
  expect(saved.version).toBe(2);
  for (const read of [begun, erasureOf("shared", 1)])
    await expect(saveErasure(table, read, { step: "done" })).rejects.toMatchObject({
      code: "write-conflict",
      message: "Erasure shared is running in another process.",
    });
  const { subject: _, ...rest } = saved;
  expect((await readErasures(table)).find(({ id }) => id === "shared")).toEqual(rest);
});

test("numbers of deliveries that are taken out are added to those of their hour and topic", async () => {
  const erased = (topics: Record<string, number>) => new Map(Object.entries(topics));
  await addErased(
    table,
    "x",
    new Map([
      ["2026/11/24/08", erased({ alerts: 2, others: 1 })],
      ["2026/11/24/09", erased({ alerts: 3 })],
      ["2026/11/25/08", erased({ alerts: 4 })],
    ]),
  );
  await addErased(table, "x", new Map([["2026/11/24/08", erased({ alerts: 5 })]]));
  await addErased(table, "y", new Map([["2026/11/25/08", erased({ alerts: 6 })]]));
  const read = await readErased(table);
  expect(
    Object.fromEntries([...read].map(([hour, topics]) => [hour, Object.fromEntries(topics)])),
  ).toEqual({
    // One of the first test.
    "2026/11/24/08": { alerts: 2 + 5 + 1, others: 1 },
    "2026/11/24/09": { alerts: 3 },
    "2026/11/25/08": { alerts: 4 + 6 },
  });
});

test("numbers that cannot be written name the table", async () => {
  const erased = new Map([["2026/11/24/08", new Map([["alerts", 1]])]]);
  await expect(addErased({ ...table, tableName: "gone" }, "x", erased)).rejects.toThrow(
    "Table gone",
  );
});

test("an erasure of another version of Rainhooks is refused by name", async () => {
  const item = { erasure: "old", part: "erasure", id: "old", step: "elsewhere" };
  await tables.client.send(
    new PutItemCommand({ TableName: erasuresTable.name, Item: marshall(item) }),
  );
  await expect(readErasures(table)).rejects.toMatchObject({
    code: "stage-unavailable",
    message: expect.stringContaining("Erasure old was written by another version of Rainhooks"),
  });
});
