import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, type NativeAttributeValue, unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { outboxTable } from "../../forwarding/forwarding-tables.ts";
import { decodeEvents, packEvents } from "../../forwarding/outbox/entry.ts";
import { eraseTable, eventsWith, type TableSearch } from "./erase-tables.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

const ALIAS = "rainhooks-erased-0123456789ab";
const anna: ErasureSubject = { kind: "user", id: "anna@example.com", also: [] };
const kitchen: ErasureSubject = { kind: "node", id: "kitchen", also: [] };
const A = anna.id;
/** The table of a webhook of one's own, of which nothing is known. */
const ownTable: TableDescription = { name: "own", partitionKey: { name: "id", type: "S" } };

type Row = Record<string, NativeAttributeValue>;

describe("tables of a stage", () => {
  let tables: TestTables;

  beforeAll(async () => {
    tables = await startTables();
    for (const table of [ownTable, outboxTable]) await tables.create(table);
  });
  afterAll(() => tables.stop());
  beforeEach(async () => {
    for (const { name, partitionKey, sortKey } of [ownTable, outboxTable] as TableDescription[])
      for (const item of (await tables.client.send(new ScanCommand({ TableName: name }))).Items ??
        []) {
        const Key = [partitionKey, ...(sortKey ? [sortKey] : [])].map((key) => [
          key.name,
          item[key.name],
        ]);
        await tables.client.send(
          new DeleteItemCommand({ TableName: name, Key: Object.fromEntries(Key) }),
        );
      }
  });

  const put = (row: Row, TableName = "own") =>
    tables.client.send(new PutItemCommand({ TableName, Item: marshall(row) }));
  async function rowsOf(TableName = "own"): Promise<Row[]> {
    const { Items = [] } = await tables.client.send(new ScanCommand({ TableName }));
    return Items.map((item) => unmarshall(item)).sort((a, b) =>
      String(a["id"]) < String(b["id"]) ? -1 : 1,
    );
  }
  /** Searches a table of a stage; its name there need not be that of the deployed one. */
  function erase(subject = anna, more: Partial<TableSearch> = {}, name = "own", doErase = true) {
    const renaming = { names: namesOf(subject), alias: ALIAS };
    const tableName = name === "outbox" ? name : "own";
    return eraseTable({ name, tableName }, { client: tables.client, renaming, ...more }, doErase);
  }

  it("an erasure deletes items of a node, gives others an alias, and returns how many it has found", async () => {
    for (const row of [
      { id: "kitchen#1" },
      { id: "a", nodeId: "kitchen" },
      { id: "b", by: "kitchen" },
    ])
      await put(row);
    await put({ id: "c", by: "garden" });
    const seen: [string, unknown, boolean][] = [];
    const pages: number[] = [];
    const onItem: TableSearch["onItem"] = (table, item, goes) =>
      seen.push([table, item["id"]?.S, goes]);
    const more: Partial<TableSearch> = { onItem, onPage: (items) => pages.push(items) };
    const before = await rowsOf();
    expect(await erase(kitchen, more, "own", false)).toBe(3);
    expect(seen.toSorted()).toEqual([
      ["own", "a", true],
      ["own", "b", false],
      ["own", "kitchen#1", true],
    ]);
    expect([pages.length, Math.max(...pages), await rowsOf()]).toEqual([4, 4, before]);
    expect(await erase(kitchen)).toBe(3);
    expect(await rowsOf()).toEqual([
      { id: "b", by: ALIAS },
      { id: "c", by: "garden" },
    ]);
    expect(await erase(kitchen)).toBe(0);
  });

  it("an erasure keeps audits and rules that are about a node, with an alias", async () => {
    for (const table of ["audits", "filter-rules"]) {
      await put({ id: "x", nodeId: "kitchen", by: "me" });
      expect(await erase(kitchen, {}, table)).toBe(1);
      expect(await rowsOf()).toEqual([{ id: "x", nodeId: ALIAS, by: "me" }]);
    }
    await put({ id: "x", nodeId: "kitchen" });
    await erase(kitchen, {}, "attempts");
    expect(await rowsOf()).toEqual([]);
  });

  it("an erasure does not take an audit of a rule or a destination for one of a node with this id", async () => {
    const rows = [
      { id: "20261124-a", request: { id: "kitchen", ids: ["kitchen"], name: "kitchen" } },
      { id: "20261124-b", request: { nodes: ["kitchen"], name: "floor" } },
    ];
    for (const row of rows) await put(row);
    expect(await erase(kitchen, {}, "audits")).toBe(1);
    expect(await rowsOf()).toEqual([
      rows[0],
      { ...rows[1], request: { nodes: [ALIAS], name: "floor" } },
    ]);
  });

  it("an erasure keeps names of rules, and replaces responses of receivers, only in their own tables", async () => {
    const row = { id: "x", name: A, response: `Hello, ${A}!` };
    const after = async (table: string) => {
      await put(row);
      await erase(anna, {}, table);
      return (await rowsOf())[0];
    };
    expect(await after("watch-rules")).toEqual({ ...row, response: `Hello, ${ALIAS}!` });
    expect(await after("attempts")).toEqual({ id: "x", name: ALIAS, response: ALIAS });
    expect(await after("own")).toEqual({ id: "x", name: ALIAS, response: `Hello, ${ALIAS}!` });
    const batch = { id: "y", events: 2, destination: "kitchen", place: "kitchen#failed#0" };
    await put({ ...batch, response: '[{"node_id":"kitchen","value":"SECRET"},{"node_id":"b"}]' });
    await erase(kitchen, {}, "attempts");
    expect((await rowsOf())[1]).toEqual({ ...batch, response: ALIAS });
  });

  it("an erasure writes an item under its new key before it deletes the old one", async () => {
    await put({ id: `user:${A}`, seen: 7 });
    const commands: string[] = [];
    const client = tables.newClient();
    client.middlewareStack.add(
      (next, { commandName = "" }) =>
        (args) => {
          commands.push(commandName);
          return next(args);
        },
      { step: "initialize" },
    );
    expect(await erase(anna, { client })).toBe(1);
    client.destroy();
    expect(commands.slice(-2)).toEqual(["PutItemCommand", "DeleteItemCommand"]);
    expect(await rowsOf()).toEqual([{ id: `user:${ALIAS}`, seen: 7 }]);
  });

  const written = [
    ["a text", { note: "new" }],
    ["a number", { count: 2 }],
    ["a flag", { isOn: true }],
    ["packed values", { packed: new Uint8Array([2]) }],
  ] as const;
  const ROW = { id: "x", by: A, note: "old", count: 1, isOn: false, packed: new Uint8Array([1]) };

  it.each(written)(
    "an erasure does not undo that a function changes %s of an item meanwhile",
    async (_, change) => {
      await put(ROW);
      const meanwhile = tables.newClient();
      const next = new PutItemCommand({ TableName: "own", Item: marshall({ ...ROW, ...change }) });
      const client = afterScan(() => meanwhile.send(next));
      expect(await erase(anna, { client })).toBe(1);
      expect(await rowsOf()).toEqual([{ ...ROW, ...change }]);
      expect(await erase()).toBe(1);
      expect(await rowsOf()).toEqual([{ ...ROW, ...change, by: ALIAS }]);
      for (const one of [client, meanwhile]) one.destroy();
    },
  );

  it("an erasure does not bring back an item that a function deletes meanwhile, nor undoes a new version", async () => {
    await put({ id: "x", tags: [A] });
    await put({ id: "y", by: A, version: 3 });
    const meanwhile = tables.newClient();
    const client = afterScan(async () => {
      await meanwhile.send(new DeleteItemCommand({ TableName: "own", Key: marshall({ id: "x" }) }));
      await put({ id: "y", by: A, version: 4 });
    });
    expect(await erase(anna, { client })).toBe(2);
    expect(await rowsOf()).toEqual([{ id: "y", by: A, version: 4 }]);
    expect(await erase()).toBe(1);
    // A function that has read version 4 cannot write it back.
    expect(await rowsOf()).toEqual([{ id: "y", by: ALIAS, version: 5 }]);
    for (const one of [client, meanwhile]) one.destroy();
  });

  it("an erasure changes an item with more attributes than a condition can name", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`a${index}`, index]),
    );
    await put({ id: "x", ...many, by: A, also: { by: [A] } });
    await erase();
    expect(await rowsOf()).toEqual([{ id: "x", ...many, by: ALIAS, also: { by: [ALIAS] } }]);
  });

  it("an erasure of a table that is gone names the table", async () => {
    const gone = { name: "own", tableName: "gone" };
    const search = { client: tables.client, renaming: { names: namesOf(anna), alias: ALIAS } };
    await expect(eraseTable(gone, search, true)).rejects.toMatchObject({
      code: "sink-unavailable",
      message: expect.stringContaining("Table gone cannot be read"),
    });
  });

  /** A client with which something happens after an item was read, and before it is written. */
  function afterScan(happen: () => Promise<unknown>) {
    const client = tables.newClient();
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === "UpdateItemCommand") {
            const work = happen();
            happen = async () => work;
            await work;
          }
          return next(args);
        },
      { step: "initialize" },
    );
    return client;
  }

  const eventOf = (webhookId: string, nodes: string[], user = "ben") => ({
    webhookId,
    delivery: deliveryOf({
      event_type: "rmaker.event.user_node_added",
      event_data: { user_id: user, nodes },
    }),
  });
  const entryOf = (lane: string, ...events: ReturnType<typeof eventOf>[]): Row => ({
    lane,
    item: "e#1",
    count: events.length,
    events: packEvents(events).B,
  });

  async function laneOf(lane: string) {
    const Key = marshall({ lane, item: "e#1" });
    const { Item } = await tables.client.send(new GetItemCommand({ TableName: "outbox", Key }));
    return Item === undefined
      ? undefined
      : decodeEvents(Item).map(({ webhookId, delivery }) => [
          webhookId,
          JSON.parse(delivery.body).event_data,
        ]);
  }

  it("an erasure takes its events out of an outbox, and leaves those of others, also in the lane of a node", async () => {
    const own = eventOf("own", ["kitchen"]);
    const both = eventOf("both", ["kitchen", "garden"]);
    const other = eventOf("other", ["garden"]);
    await put(entryOf("a#all", own, both, other), "outbox");
    await put(entryOf("b#all", own), "outbox");
    await put(entryOf("c#all", other), "outbox");
    await put(entryOf("a#node:kitchen", own), "outbox");
    await put(entryOf("b#node:kitchen", own, other), "outbox");
    expect(await erase(kitchen, {}, "outbox")).toBe(4);
    const others = ["other", { user_id: "ben", nodes: ["garden"] }];
    const renamed = ["both", { user_id: "ben", nodes: [ALIAS, "garden"] }];
    expect(await laneOf("a#all")).toEqual([renamed, others]);
    expect(await laneOf("b#all")).toEqual([]);
    expect(await laneOf("c#all")).toEqual([others]);
    expect(await laneOf("a#node:kitchen")).toBeUndefined();
    expect(await laneOf("b#node:kitchen")).toEqual([others]);
    expect(await erase(kitchen, {}, "outbox")).toBe(0);
  });

  it("an erasure leaves an entry that cannot be read, unless it is in the lane of the node, and reads no other table so", async () => {
    const broken = { item: "e#1", events: new Uint8Array([1, 2, 3]), count: 1 };
    for (const lane of ["a#all", "a#node:kitchen"]) await put({ ...broken, lane }, "outbox");
    expect(await erase(kitchen, {}, "outbox")).toBe(1);
    expect(await rowsOf("outbox")).toEqual([{ ...broken, lane: "a#all" }]);
    const packed = { id: "x", events: packEvents([eventOf("own", ["kitchen"])]).B };
    await put(packed);
    expect(await erase(kitchen)).toBe(0);
    await put({ id: "kitchen", events: "none" });
    expect(await erase(kitchen)).toBe(1);
  });

  it("a plan shows the events of an entry that name the subject, and no others", () => {
    const events = [
      eventOf("a", ["kitchen"]),
      eventOf("b", ["garden"]),
      eventOf("c", ["hall", "kitchen"]),
    ];
    const item = marshall(entryOf("a#all", ...events));
    const renaming = { names: namesOf(kitchen), alias: ALIAS };
    expect(eventsWith(item, renaming).map(({ webhookId }) => webhookId)).toEqual(["a", "c"]);
  });
});
