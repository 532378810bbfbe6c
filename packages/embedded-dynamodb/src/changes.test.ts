import { type GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { changeItem, putUnchanged, type VersionedTable } from "@rainhooks/dynamodb/put-if";
import { queryAll, scanAll } from "@rainhooks/dynamodb/read-all";
import { startTables, type TestTables } from "./test-tables.ts";

const description = {
  name: "counters",
  partitionKey: { name: "id", type: "S" },
  sortKey: { name: "part", type: "N" },
} as const;

describe("items that many change", () => {
  let tables: TestTables;
  let table: VersionedTable;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create(description);
    table = { client: tables.client, tableName: description.name, key: ["id", "part"] };
  });
  afterAll(() => tables.stop());

  const key = (id: string, part = 0) => ({ id: { S: id }, part: { N: String(part) } });
  it("an item that others change at the same time gets the change of each", async () => {
    const names = ["a", "b", "c", "d"];
    const changes = names.map((name) =>
      changeItem(table, key("busy"), (item) => ({ ...item, [name]: { BOOL: true } })),
    );
    expect((await Promise.all(changes)).every(({ isChanged }) => isChanged)).toBe(true);
    const [item] = await queryAll(table, {
      KeyConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": { S: "busy" } },
    });
    const all = Object.fromEntries(names.map((name) => [name, { BOOL: true }]));
    expect(item).toEqual({ ...key("busy"), ...all, version: { N: "4" } });
  });

  it("an item is left as it is if nothing becomes of it", async () => {
    expect(await changeItem(table, key("nobody"), () => undefined)).toEqual({
      item: undefined,
      isChanged: false,
    });
  });

  it("an item that is changed by others again and again is a conflict", async () => {
    let calls = 0;
    const change = () => {
      calls += 1;
      return { by: { S: "us" } };
    };
    const { client } = table;
    const send = async (command: GetItemCommand | PutItemCommand) => {
      if (command instanceof PutItemCommand)
        await changeItem(table, key("torn"), () => ({ by: { N: String(calls) } }));
      return client.send(command as GetItemCommand);
    };
    const torn = { ...table, client: Object.assign(Object.create(client), { send }) };
    await expect(changeItem(torn, key("torn"), change)).rejects.toMatchObject({
      code: "write-conflict",
    });
    expect(calls).toBe(5);
  });

  it("an item is not written over a version that was not read", async () => {
    const item = { ...key("old"), version: { N: "1" } };
    expect(await putUnchanged(table, item, undefined)).toBe(true);
    expect(await putUnchanged(table, item, undefined)).toBe(true);
    expect(await putUnchanged(table, { ...item, more: { S: "x" } }, undefined)).toBe(false);
    expect(await putUnchanged(table, { ...key("old"), version: { N: "3" } }, 2)).toBe(false);
  });

  it("a table is read up to a maximum, over pages", async () => {
    for (let part = 0; part < 5; part += 1)
      await putUnchanged(table, { ...key("pages", part), version: { N: "1" } }, undefined);
    const query = {
      KeyConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": { S: "pages" } },
      Limit: 2,
    };
    expect(await queryAll(table, query)).toHaveLength(5);
    expect((await queryAll(table, query, 3)).map(({ part }) => part?.N)).toEqual(["0", "1", "2"]);
    expect(await scanAll(table, { Limit: 1 }, 2)).toHaveLength(2);
  });
});

it("an index has each of several items with the same index key, also if the hashes of their keys begin alike", async () => {
  const tables = await startTables();
  const { client } = tables;
  const index = { name: "by-due", partitionKey: { name: "due", type: "S" } } as const;
  await tables.create({ name: "nodes", partitionKey: description.partitionKey, indexes: [index] });
  const due = { due: { S: "now" } };
  // The first six characters of what dynalite makes of these ids are the same: 3d1e52.
  for (const id of ["n4003", "n5621"])
    await client.send(new PutItemCommand({ TableName: "nodes", Item: { id: { S: id }, ...due } }));
  const KeyConditionExpression = "due = :due";
  const query = {
    IndexName: index.name,
    KeyConditionExpression,
    ExpressionAttributeValues: { ":due": due.due },
  };
  for (const Limit of [1, 10])
    expect(await queryAll({ client, tableName: "nodes" }, { ...query, Limit })).toHaveLength(2);
  await tables.stop();
});
