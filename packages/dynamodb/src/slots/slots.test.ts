import {
  BatchGetItemCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  QueryCommand,
  type ServiceInputTypes,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, it } from "@jest/globals";
import type { TableDescription } from "../table-description.ts";
import { followSlots } from "./follow.ts";
import { cacheSlots, MAX_SLOTS_AGE_MS, slotsOf } from "./read.ts";
import { deployedTables, writtenSlots } from "./slot.ts";

const NODES = { name: "nodes", store: "nodes", partitionKey: { name: "id", type: "S" } } as const;
const OTHERS = { name: "others", partitionKey: { name: "id", type: "S" } } as const;
const KEY = { id: { S: "1" } };

describe("slots", () => {
  it("slots are two tables for a table of a store, and one for others", () => {
    expect(deployedTables(NODES).map(({ name }) => name)).toEqual(["nodes", "nodes-b"]);
    expect(deployedTables(OTHERS)).toEqual([OTHERS]);
  });

  it.each([
    [undefined, ["a"]],
    [{ live: { S: "a" }, both: { BOOL: true } }, ["a", "b"]],
    [{ live: { S: "b" }, both: { BOOL: true } }, ["b", "a"]],
    [{ live: { S: "b" } }, ["b"]],
    [{ live: { S: "a" }, both: { BOOL: true }, ahead: { S: "b" } }, ["b", "a"]],
    [{ live: { S: "a" }, both: { BOOL: true }, ahead: { S: "c" } }, ["a", "b"]],
    [{ live: { S: "a" }, ahead: { S: "b" } }, ["a"]],
    [{ live: { S: "c" }, both: { S: "true" } }, ["a"]],
  ])("writtenSlots returns the slots of the item %j", (item, written) => {
    expect(writtenSlots(slotsOf(item))).toEqual(written);
  });
});

describe("a process", () => {
  let nowMs: number;
  let live: string;
  let reads: number;
  let isFailing: boolean;
  let sent: ServiceInputTypes[];

  beforeEach(() => {
    [nowMs, live, reads, isFailing, sent] = [1_000_000, "a", 0, false, []];
  });

  /** A client whose calls end here. */
  function clientOf(respond: (input: ServiceInputTypes) => object): DynamoDBClient {
    const client = new DynamoDBClient({
      region: "us-east-1",
      credentials: { accessKeyId: "x", secretAccessKey: "x" },
    });
    client.middlewareStack.add(
      () =>
        async ({ input }) => ({ output: { $metadata: {}, ...respond(input) }, response: {} }),
      { step: "initialize", priority: "low" },
    );
    return client;
  }

  const slots = () => ({
    client: clientOf(() => {
      reads += 1;
      if (isFailing) throw new Error("down");
      return { Item: { live: { S: live } } };
    }),
    tableName: "slots",
    nowMs: () => nowMs,
  });

  const following = () =>
    followSlots(
      clientOf((input) => {
        sent.push(input);
        return {};
      }),
      {
        slots: slots(),
        tables: new Map<string, TableDescription>([
          ["x-nodes", NODES],
          ["x-others", OTHERS],
        ]),
      },
    );

  const names = () => sent.map((input) => ("TableName" in input ? input.TableName : undefined));

  it("a client sends requests to the live slot, and follows a change within its time", async () => {
    const client = following();
    const get = () => client.send(new GetItemCommand({ TableName: "x-nodes", Key: KEY }));
    await get();
    live = "b";
    nowMs += MAX_SLOTS_AGE_MS - 1;
    await get();
    nowMs += 1;
    await get();
    await client.send(new QueryCommand({ TableName: "x-nodes", IndexName: "by-id" }));
    expect(names()).toEqual(["x-nodes", "x-nodes", "x-nodes-b", "x-nodes-b"]);
    expect(reads).toBe(2);
  });

  it("a client leaves requests about other tables unchanged, without reading slots", async () => {
    const client = following();
    for (const TableName of ["x-others", "x-nodes-b", "unknown"])
      await client.send(new GetItemCommand({ TableName, Key: KEY }));
    expect([names(), reads]).toEqual([["x-others", "x-nodes-b", "unknown"], 0]);
  });

  it("a client refuses a batch about a table with slots", async () => {
    const client = following();
    const batch = (table: string) =>
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [KEY] } } });
    await expect(client.send(batch("x-nodes"))).rejects.toThrow("Table x-nodes has slots");
    await client.send(batch("x-others"));
    expect(sent).toHaveLength(1);
  });

  it("a client refuses a transaction about a table with slots, and statements", async () => {
    const client = following();
    const put = (TableName: string) => ({ Put: { TableName, Item: KEY } });
    const both = [put("x-others"), put("x-nodes")];
    await expect(
      client.send(new TransactWriteItemsCommand({ TransactItems: both })),
    ).rejects.toThrow("Table x-nodes has slots");
    const get = { Get: { TableName: "x-nodes", Key: KEY } };
    await expect(
      client.send(new TransactGetItemsCommand({ TransactItems: [get] })),
    ).rejects.toThrow("Table x-nodes has slots");
    await expect(
      client.send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM "x-nodes"' })),
    ).rejects.toThrow("PartiQL");
    await client.send(new TransactWriteItemsCommand({ TransactItems: [put("x-others")] }));
    expect(sent).toHaveLength(1);
  });

  it("a client reads slots again after a failure, and when its clock goes back", async () => {
    const known = cacheSlots(slots());
    isFailing = true;
    await expect(known("nodes")).rejects.toMatchObject({ code: "sink-unavailable" });
    isFailing = false;
    expect(await known("nodes")).toEqual({ live: "a", both: false });
    live = "b";
    nowMs -= 1;
    expect(await known("nodes")).toEqual({ live: "b", both: false });
    await Promise.all([known("nodes"), known("nodes")]);
    expect(reads).toBe(3);
  });
});
