import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/core";
import { startTables, type TestTables } from "./test-tables.ts";

describe("a client in the process of its server", () => {
  const TableName = "doors";
  const Item = { id: { S: "küche" }, open: { BOOL: true } };
  let tables: TestTables;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create({ name: TableName, partitionKey: { name: "id", type: "S" } });
    await tables.client.send(new PutItemCommand({ TableName, Item }));
  });
  afterAll(() => tables.stop());

  it("sees what a client sees that connects", async () => {
    const endpoint = await tables.client.config.endpoint?.();
    const connecting = new DynamoDBClient({
      ...(endpoint === undefined ? {} : { endpoint }),
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
    });
    const read = new GetItemCommand({ TableName, Key: { id: { S: "küche" } } });
    for (const client of [tables.client, connecting]) expect((await client.send(read)).Item).toEqual(Item);
    connecting.destroy();
  });

  it("lets stopping wait for calls for which nobody else does", async () => {
    const others = await startTables();
    await others.create({ name: TableName, partitionKey: { name: "id", type: "S" } });
    let ended = 0;
    for (let index = 0; index < 20; index += 1)
      void others.client
        .send(new PutItemCommand({ TableName, Item: { id: { S: String(index) } } }))
        .finally(() => {
          ended += 1;
        });
    await new Promise((resolve) => setImmediate(resolve));
    await others.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(20);
  });

  it("gets the errors of the service", async () => {
    const put = new PutItemCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(id)" });
    await expect(tables.client.send(put)).rejects.toThrow(/conditional request failed/);
  });
});
