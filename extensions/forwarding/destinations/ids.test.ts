import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { destinationsTable } from "../forwarding-tables.ts";
import { healthKey } from "../health/health.ts";
import { pauseItemKey } from "../pauses/pause.ts";
import { readDestinationIds } from "./ids.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(destinationsTable);
});
afterAll(() => tables.stop());

it("ids are those of destinations, and not of what is kept about them", async () => {
  const store = { client: tables.client, tableName: destinationsTable.name };
  const others = [healthKey("crm"), pauseItemKey({ destination: "crm", pauseId: "1" })];
  for (const Item of [{ id: { S: "erp" } }, { id: { S: "crm" } }, ...others])
    await tables.client.send(new PutItemCommand({ TableName: store.tableName, Item }));
  expect(await readDestinationIds(store)).toEqual(["crm", "erp"]);
  const missing = { ...store, tableName: "nowhere" };
  await expect(readDestinationIds(missing)).rejects.toThrow(/nowhere/);
});
