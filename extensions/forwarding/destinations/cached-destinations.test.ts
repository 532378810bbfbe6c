import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { destinationsTable } from "../forwarding-tables.ts";
import { HEALTHY } from "../health/health.ts";
import { reportHealth } from "../health/report.ts";
import { cacheDestinations, MAX_CACHE_AGE_MS } from "./cached-destinations.ts";
import { destinationOf } from "./destination-item.ts";
import { readSettings } from "./read-settings.ts";
import { putDestination } from "./store.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

it("destinations are read again after a while, a failed read at once", async () => {
  let nowMs = 0;
  const store = { client: tables.client, tableName: destinationsTable.name };
  const known = cacheDestinations({ ...store, nowMs: () => nowMs });
  await expect(known()).rejects.toThrow(/destinations/);
  await tables.create(destinationsTable);
  expect((await known()).destinations).toEqual([]);
  await putDestination(
    store,
    destinationOf(readSettings({ id: "crm", url: "https://a.example" }), { nowMs }),
  );
  await reportHealth(
    store,
    "crm",
    { delivered: 0, failed: 3, waiting: 0, slowUntilMs: undefined },
    5,
  );
  nowMs = MAX_CACHE_AGE_MS - 1;
  expect((await known()).find("crm")).toBeUndefined();
  nowMs = MAX_CACHE_AGE_MS;
  const now = await known();
  expect(now.find("crm")?.version).toBe(1);
  expect(now.healthOf("crm").failuresInRow).toBe(3);
  expect(now.healthOf("nowhere")).toBe(HEALTHY);
});
