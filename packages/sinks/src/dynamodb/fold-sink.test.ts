import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DEFAULT_RETRY } from "@rainhooks/core";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import { type Fold, foldSink } from "./fold-sink.ts";

const table = { name: "highest", partitionKey: { name: "pk", type: "S" } } as const;

/** Stores the highest number per key. */
const highest: Fold<{ pks: string[]; number: number }, number> = {
  keysOf: ({ pks }) => pks.map((pk) => ({ pk: { S: pk } })),
  stateOf: (values) => Math.max(...values.map(({ number }) => number)),
  join: Math.max,
  equal: (a, b) => a === b,
  encode: (state) => ({ number: { N: String(state) } }),
  decode: (item) => Number(item["number"]?.N),
};

describe("foldSink", () => {
  let tables: TestTables;

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(table);
  });
  afterAll(() => tables.stop());

  function sinkOn(client: DynamoDBClient, attempts = 20) {
    const retry = { ...DEFAULT_RETRY, attempts, baseMs: 1, capMs: 5 };
    return foldSink({ client, table, tableName: table.name, fold: highest, retry });
  }

  async function itemOf(pk: string) {
    const { Item } = await tables.client.send(
      new GetItemCommand({ TableName: table.name, Key: { pk: { S: pk } } }),
    );
    return { number: Number(Item?.["number"]?.N), version: Number(Item?.["version"]?.N) };
  }

  const item = (id: string, number: number, ...pks: string[]) => ({ id, value: { pks, number } });

  it("makes one write of several values of a key", async () => {
    expect(
      await sinkOn(tables.client).write([item("1", 3, "a"), item("2", 9, "a", "b"), item("3", 5, "a")]),
    ).toEqual([]);
    expect(await itemOf("a")).toEqual({ number: 9, version: 1 });
    expect(await itemOf("b")).toEqual({ number: 9, version: 1 });
  });

  it("writes nothing for values that change nothing", async () => {
    const sink = sinkOn(tables.client);
    await sink.write([item("1", 7, "still")]);
    await sink.write([item("2", 7, "still"), item("3", 1, "still")]);
    expect(await itemOf("still")).toEqual({ number: 7, version: 1 });
  });

  it("reads and joins again when another writer has changed the item", async () => {
    const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
    const writes = numbers.map((number) =>
      sinkOn(tables.client).write([item(`w${number}`, number, "raced")]),
    );
    expect((await Promise.all(writes)).flat()).toEqual([]);
    expect((await itemOf("raced")).number).toBe(12);
  });

  it("fails temporarily when other writers change the item during all attempts", async () => {
    const rival = async () => {
      for (let version = 1; version <= 3; version++) {
        const Item = {
          pk: { S: "lost" },
          number: { N: "0" },
          version: { N: String(version + Math.random()) },
        };
        await tables.client.send(new PutItemCommand({ TableName: table.name, Item }));
      }
    };
    const overtaken = new Proxy(tables.client, {
      get: (client, name) => {
        if (name !== "send") return Reflect.get(client, name);
        return async (command: PutItemCommand) => {
          if (command instanceof PutItemCommand) await rival();
          return client.send(command);
        };
      },
    });
    const failures = await sinkOn(overtaken, 2).write([item("late", 1, "lost"), item("fine", 1, "lost-not")]);
    expect(failures.map(({ id, error }) => [id, error.code, error.permanent])).toContainEqual([
      "late",
      "write-conflict",
      false,
    ]);
  });

  it("fails only the key that DynamoDB rejects, permanently", async () => {
    const failures = await sinkOn(tables.client).write([
      item("bad", 1, "x".repeat(3000)),
      item("good", 4, "good"),
    ]);
    expect(failures).toMatchObject([{ id: "bad", error: { code: "sink-rejected", permanent: true } }]);
    expect((await itemOf("good")).number).toBe(4);
  });

  it("fails only the invalid values of a key, and writes the others", async () => {
    const big: Fold<{ pks: string[]; number: number }, Record<string, string>> = {
      keysOf: highest.keysOf,
      stateOf: (values) =>
        Object.fromEntries(
          values.map(({ number }) => {
            if (number < 0) throw new RangeError("Maximum call stack size exceeded");
            return [`n${number}`, "x".repeat(number)];
          }),
        ),
      join: (a, b) => ({ ...a, ...b }),
      equal: (a, b) => Object.keys({ ...a, ...b }).length === Object.keys(a).length,
      encode: (state) => Object.fromEntries(Object.entries(state).map(([name, text]) => [name, { S: text }])),
      decode: (row) =>
        Object.fromEntries(
          Object.entries(row).flatMap(([name, { S }]) => (name.startsWith("n") ? [[name, S ?? ""]] : [])),
        ),
    };
    const sink = foldSink({ client: tables.client, table, tableName: table.name, fold: big });
    const failures = await sink.write([
      item("first", 230_000, "full"),
      item("connect", 10, "full"),
      item("second", 230_001, "full"),
      item("throws", -1, "full"),
      item("other", 1, "full", "other"),
    ]);
    expect(failures.map(({ id, error }) => [id, error.code, error.permanent])).toEqual([
      ["second", "item-too-large", true],
      ["throws", "sink-rejected", true],
    ]);
    const { Item } = await tables.client.send(
      new GetItemCommand({ TableName: table.name, Key: { pk: { S: "full" } } }),
    );
    expect(Object.keys(Item ?? {}).sort()).toEqual(["n1", "n10", "n230000", "pk", "version"]);
  });

  it("writes more keys than fit into one read", async () => {
    const items = Array.from({ length: 230 }, (_, index) => item(`i${index}`, index, `many-${index}`));
    expect(await sinkOn(tables.client).write(items)).toEqual([]);
    expect((await itemOf("many-229")).number).toBe(229);
  });

  it("reports each item of a missing table", async () => {
    const sink = foldSink({ client: tables.client, table, tableName: "nowhere", fold: highest });
    expect(await sink.write([item("1", 1, "a"), item("2", 1, "b")])).toMatchObject([
      { id: "1", error: { code: "sink-unavailable", permanent: false } },
      { id: "2", error: { code: "sink-unavailable", permanent: false } },
    ]);
  });
});
