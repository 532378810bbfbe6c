import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import type { Fold } from "./fold.ts";
import { foldSink } from "./fold-sink.ts";

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

  it("foldSink makes one write of several values of a key", async () => {
    expect(
      await sinkOn(tables.client).write([
        item("1", 3, "a"),
        item("2", 9, "a", "b"),
        item("3", 5, "a"),
      ]),
    ).toEqual([]);
    expect(await itemOf("a")).toEqual({ number: 9, version: 1 });
    expect(await itemOf("b")).toEqual({ number: 9, version: 1 });
  });

  it("foldSink takes over an item that another program has written, which has no version", async () => {
    const Item = { pk: { S: "restored" }, number: { N: "4" } };
    await tables.client.send(new PutItemCommand({ TableName: table.name, Item }));
    expect(await sinkOn(tables.client, 1).write([item("1", 6, "restored")])).toEqual([]);
    expect(await itemOf("restored")).toEqual({ number: 6, version: 1 });
    expect(await sinkOn(tables.client, 1).write([item("2", 8, "restored")])).toEqual([]);
    expect(await itemOf("restored")).toEqual({ number: 8, version: 2 });
  });

  it("foldSink writes the keys of small values first, and resumes with a large one where it was", async () => {
    let nowMs = 0;
    let puts = 0;
    // Each write takes a millisecond.
    const client = {
      send: (command: unknown) => {
        if (command instanceof PutItemCommand) [nowMs, puts] = [nowMs + 1, puts + 1];
        return tables.client.send(command as PutItemCommand);
      },
    } as unknown as DynamoDBClient;
    const pks = Array.from({ length: 1200 }, (_, index) => `of-many-${index}`);
    const large = item("large", 1, ...pks);
    const small = Array.from({ length: 9 }, (_, index) =>
      item(`s${index}`, 2, `alone-${index}`, `of-many-${1199 - index}`),
    );
    const writes: number[] = [];
    let left = [large, ...small];
    while (left.length > 0) {
      [nowMs, puts] = [0, 0];
      const failures = await sinkOn(client).write(left, { remainingMs: () => 500 - nowMs });
      expect(
        failures.every(({ id, error }) => id === "large" && error.code === "not-attempted"),
      ).toBe(true);
      left = left.filter(({ id }) => failures.some((failure) => failure.id === id));
      writes.push(puts);
    }
    // Three quarters of 500 ms, and the writes that had begun then.
    expect(writes).toHaveLength(4);
    expect(writes.reduce((sum, count) => sum + count)).toBe(1200 + 9);
    expect(await itemOf("of-many-0")).toEqual({ number: 1, version: 1 });
    expect(await itemOf("of-many-1199")).toEqual({ number: 2, version: 1 });
  });

  it("foldSink writes nothing for values that change nothing", async () => {
    const sink = sinkOn(tables.client);
    await sink.write([item("1", 7, "still")]);
    await sink.write([item("2", 7, "still"), item("3", 1, "still")]);
    expect(await itemOf("still")).toEqual({ number: 7, version: 1 });
  });

  it("foldSink reads and joins again when another writer has changed the item", async () => {
    const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
    const writes = numbers.map((number) =>
      sinkOn(tables.client).write([item(`w${number}`, number, "raced")]),
    );
    expect((await Promise.all(writes)).flat()).toEqual([]);
    expect((await itemOf("raced")).number).toBe(12);
  });

  it("foldSink fails temporarily when other writers change the item during all attempts", async () => {
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
    const failures = await sinkOn(overtaken, 2).write([
      item("late", 1, "lost"),
      item("fine", 1, "lost-not"),
    ]);
    expect(failures.map(({ id, error }) => [id, error.code, error.permanent])).toContainEqual([
      "late",
      "write-conflict",
      false,
    ]);
  });

  it("foldSink fails only the key that DynamoDB rejects, permanently", async () => {
    const failures = await sinkOn(tables.client).write([
      item("bad", 1, "x".repeat(3000)),
      item("good", 4, "good"),
    ]);
    expect(failures).toMatchObject([
      { id: "bad", error: { code: "sink-rejected", permanent: true } },
    ]);
    expect((await itemOf("good")).number).toBe(4);
  });

  it("foldSink fails only the invalid values of a key, and writes the others", async () => {
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
      encode: (state) =>
        Object.fromEntries(Object.entries(state).map(([name, text]) => [name, { S: text }])),
      decode: (row) =>
        Object.fromEntries(
          Object.entries(row).flatMap(([name, { S }]) =>
            name.startsWith("n") ? [[name, S ?? ""]] : [],
          ),
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

  it("foldSink writes more keys than fit into one read", async () => {
    const items = Array.from({ length: 230 }, (_, index) =>
      item(`i${index}`, index, `many-${index}`),
    );
    expect(await sinkOn(tables.client).write(items)).toEqual([]);
    expect((await itemOf("many-229")).number).toBe(229);
  });

  it("foldSink reports each item of a missing table", async () => {
    const sink = foldSink({ client: tables.client, table, tableName: "nowhere", fold: highest });
    expect(await sink.write([item("1", 1, "a"), item("2", 1, "b")])).toMatchObject([
      { id: "1", error: { code: "sink-unavailable", permanent: false } },
      { id: "2", error: { code: "sink-unavailable", permanent: false } },
    ]);
  });

  /** The tables' client, that replies to a command as a test says, or passes it on. */
  function replying(reply: (command: unknown) => Promise<unknown> | undefined) {
    return new Proxy(tables.client, {
      get: (client, name) => {
        if (name !== "send") return Reflect.get(client, name);
        return (command: Parameters<DynamoDBClient["send"]>[0]) =>
          reply(command) ?? client.send(command);
      },
    });
  }

  it("foldSink reads once, at half the price, and is exact only after it lost a race", async () => {
    const reads: unknown[] = [];
    let races = 1;
    const client = replying((command) => {
      if (command instanceof BatchGetItemCommand)
        reads.push(command.input.RequestItems?.[table.name]?.ConsistentRead);
      if (!(command instanceof PutItemCommand) || races === 0) return undefined;
      races -= 1;
      return Promise.reject(
        new ConditionalCheckFailedException({ message: "raced", $metadata: {} }),
      );
    });
    expect(await sinkOn(client).write([item("1", 1, "reads")])).toEqual([]);
    expect(reads).toEqual([false, true]);
  });

  it("foldSink waits longer after each lost race, and names the key after the last attempt", async () => {
    const pauses: number[] = [];
    const client = replying((command) =>
      command instanceof PutItemCommand
        ? Promise.reject(new ConditionalCheckFailedException({ message: "raced", $metadata: {} }))
        : undefined,
    );
    const sleep = async (ms: number) => {
      pauses.push(ms);
    };
    const retry = { ...DEFAULT_RETRY, attempts: 3, random: () => 1, sleep };
    const sink = foldSink({ client, table, tableName: table.name, fold: highest, retry });
    const [failure] = await sink.write([item("1", 1, "races")]);
    expect(failure?.error.message).toBe(
      'Table highest: item ["races",""] was changed by other writers in all 3 attempts.',
    );
    expect(pauses).toEqual([50, 100, 200]);
  });

  it("foldSink requests unprocessed keys again, and fails after the last attempt", async () => {
    let calls = 0;
    const leaving = (times: number) =>
      replying((command) => {
        if (!(command instanceof BatchGetItemCommand)) return undefined;
        calls += 1;
        return calls <= times
          ? Promise.resolve({ UnprocessedKeys: command.input.RequestItems })
          : undefined;
      });
    expect(await sinkOn(leaving(2), 3).write([item("1", 1, "left")])).toEqual([]);
    expect(calls).toBe(3);
    calls = 0;
    expect(await sinkOn(leaving(9), 3).write([item("1", 1, "left")])).toMatchObject([
      {
        id: "1",
        error: {
          code: "throttled",
          message: "Table highest is busy: 1 of 1 items were not read.",
        },
      },
    ]);
  });

  it("foldSink reads key by key what DynamoDB refuses to read together", async () => {
    const client = replying((command) => {
      if (!(command instanceof BatchGetItemCommand)) return undefined;
      const keys = command.input.RequestItems?.[table.name]?.Keys ?? [];
      if (!keys.some((key) => key["pk"]?.S === "odd")) return undefined;
      return Promise.reject(Object.assign(new Error("odd"), { name: "ValidationException" }));
    });
    const failures = await sinkOn(client).write([item("1", 1, "even"), item("2", 1, "odd")]);
    expect(failures).toMatchObject([
      { id: "2", error: { code: "sink-rejected", permanent: true } },
    ]);
    expect((await itemOf("even")).number).toBe(1);
  });

  it("foldSink reports all values of a key as temporary failures when the table fails", async () => {
    const client = replying((command) =>
      command instanceof PutItemCommand ? Promise.reject(new Error("down")) : undefined,
    );
    const failures = await sinkOn(client).write([item("1", 1, "down"), item("2", 2, "down")]);
    expect(failures.map(({ id, error }) => [id, error.code])).toEqual([
      ["1", "sink-unavailable"],
      ["2", "sink-unavailable"],
    ]);
  });

  it("foldSink fails only the value whose key cannot be computed", async () => {
    const fold = {
      ...highest,
      keysOf: (value: { pks: string[]; number: number }) => {
        if (value.number < 0) throw new RangeError("too deep");
        return highest.keysOf(value);
      },
    };
    const sink = foldSink({ client: tables.client, table, tableName: table.name, fold });
    const failures = await sink.write([item("bad", -1, "k"), item("good", 2, "keyless")]);
    expect(failures).toMatchObject([
      { id: "bad", error: { code: "sink-rejected", permanent: true } },
    ]);
    expect((await itemOf("keyless")).number).toBe(2);
  });

  describe("with an overflow", () => {
    const overflowTable = { name: "overflow", partitionKey: { name: "pk", type: "S" } } as const;
    /** Keeps at most 10; the rest goes to the other table. */
    const limited: typeof highest = {
      ...highest,
      overflow: (state, { pk }) =>
        state <= 10
          ? { kept: state, items: [] }
          : { kept: 10, items: [{ pk: { S: `${pk?.S} ${state - 10}` } }] },
    };
    const sinkTo = (tableName: string) => {
      const retry = { ...DEFAULT_RETRY, attempts: 2, baseMs: 1, capMs: 1 };
      const overflow = { table: overflowTable, tableName };
      return foldSink({
        client: tables.client,
        table,
        tableName: table.name,
        fold: limited,
        overflow,
        retry,
      });
    };
    const hasOverflow = async (pk: string) => {
      const get = new GetItemCommand({ TableName: overflowTable.name, Key: { pk: { S: pk } } });
      return (await tables.client.send(get)).Item !== undefined;
    };

    beforeAll(() => tables.create(overflowTable));

    it("foldSink writes what does not fit into the item to the other table", async () => {
      expect(
        await sinkTo(overflowTable.name).write([item("1", 13, "much"), item("2", 4, "little")]),
      ).toEqual([]);
      expect(await itemOf("much")).toEqual({ number: 10, version: 1 });
      expect(await hasOverflow("much 3")).toBe(true);
      expect(await itemOf("little")).toEqual({ number: 4, version: 1 });
    });

    it("foldSink does not write an item again if all that is new goes to the other table", async () => {
      await sinkTo(overflowTable.name).write([item("1", 12, "brim")]);
      expect(await sinkTo(overflowTable.name).write([item("2", 15, "brim")])).toEqual([]);
      expect(await itemOf("brim")).toEqual({ number: 10, version: 1 });
      expect(await hasOverflow("brim 5")).toBe(true);
    });

    it("foldSink writes the item only after the other table: if that fails, the values fail and nothing is lost", async () => {
      const failures = await sinkTo("nowhere").write([
        item("1", 13, "kept"),
        item("2", 4, "alone"),
      ]);
      expect(failures).toMatchObject([
        { id: "1", error: { code: "sink-unavailable", permanent: false } },
      ]);
      expect(failures[0]?.error.message).toContain("Table nowhere");
      expect((await itemOf("kept")).number).toBeNaN();
      expect((await itemOf("alone")).number).toBe(4);
    });

    it("foldSink fails values for which it has no table", async () => {
      const sink = foldSink({ client: tables.client, table, tableName: table.name, fold: limited });
      const failures = await sink.write([item("1", 13, "nowhere to go")]);
      expect(failures.map(({ id }) => id)).toEqual(["1"]);
      expect((await itemOf("nowhere to go")).number).toBeNaN();
    });

    it("foldSink reports how many items the other table did not take", async () => {
      const client = replying((command) =>
        command instanceof BatchWriteItemCommand
          ? Promise.resolve({ UnprocessedItems: command.input.RequestItems })
          : undefined,
      );
      const retry = { ...DEFAULT_RETRY, attempts: 2, baseMs: 1, capMs: 1 };
      const overflow = { table: overflowTable, tableName: overflowTable.name };
      const sink = foldSink({
        client,
        table,
        tableName: table.name,
        fold: limited,
        overflow,
        retry,
      });
      expect(await sink.write([item("1", 13, "busy")])).toMatchObject([
        { id: "1", error: { message: "Table overflow is busy: 1 item not written." } },
      ]);
    });
  });
});
