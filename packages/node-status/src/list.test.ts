import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { countNodes, eachNode, listNodes } from "./list.ts";
import { nodeStatusSink } from "./node-status-sink.ts";
import { nodeStatusTable, nodeTimelineTable } from "./node-status-tables.ts";
import { readNode } from "./read-node.ts";

describe("reading the node-status table", () => {
  let tables: TestTables;
  let reader: { client: TestTables["client"]; tableName: string };
  const baseMs = 1_700_000_000_001;
  const TYPES = ["node_connected", "node_disconnected", "user_node_ota"] as const;

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(nodeStatusTable);
    await tables.create(nodeTimelineTable);
    reader = { client: tables.client, tableName: nodeStatusTable.name };
    const items = Array.from({ length: 600 }, (_, index) => {
      const body = {
        event_type: `rmaker.event.${TYPES[index % 3]}`,
        // Many nodes go offline at the same moment, as in a power failure.
        timestamp: baseMs - (index % 40 === 1 ? 1000 : index * 1000),
        event_data: { node_id: `n${index}` },
      };
      const decoded = decode(deliveryOf(body, { id: `d${index}` }));
      if (decoded.kind !== "event") throw new Error("not an event");
      return { id: String(index), value: decoded.event };
    });
    const options = {
      timelineTableName: nodeTimelineTable.name,
      timelineDays: 90,
      seenIntervalMs: 3_600_000,
    };
    expect(await nodeStatusSink({ ...reader, ...options }).write(items)).toEqual([]);
  });
  afterAll(() => tables.stop());

  it("readNode reads one node", async () => {
    expect(await readNode(reader, "n1")).toMatchObject({
      nodeId: "n1",
      state: "offline",
      sinceMs: baseMs - 1000,
      connectedAtMs: undefined,
      disconnectedAtMs: baseMs - 1000,
      lastSeenMs: baseMs - 1000,
      lastEvent: { type: "rmaker.event.node_disconnected", deliveryId: "d1" },
      users: [],
      tags: [],
    });
    expect(await readNode(reader, "nobody")).toBeUndefined();
  });

  it("countNodes counts the nodes of each state", async () => {
    expect(await countNodes(reader)).toEqual({ online: 200, offline: 200, unknown: 200 });
  });

  it.each([
    ["online", 0],
    ["offline", 1],
    ["unknown", 2],
  ] as const)(
    "the list lists the nodes that are %s, each once, page by page",
    async (state, rest) => {
      const expected = Array.from({ length: 200 }, (_, index) => `n${index * 3 + rest}`);
      for (const limit of [1, 9, 100, 1000]) {
        const nodes: string[] = [];
        let after: string | undefined;
        let pages = 0;
        do {
          const page = await listNodes(reader, { state, limit, after });
          expect(page.nodes.length).toBeLessThanOrEqual(limit);
          nodes.push(...page.nodes.map(({ nodeId }) => nodeId));
          after = page.next;
          pages += 1;
        } while (after !== undefined && pages < 25);
        if (limit > 1) expect(nodes.toSorted()).toEqual(expected.toSorted());
        expect(new Set(nodes).size).toBe(nodes.length);
      }
    },
  );

  it("the list lists nodes that are longest in their state first, or those that changed last", async () => {
    const since = async (order: "longest" | "newest") =>
      (await listNodes(reader, { state: "offline", limit: 150, order })).nodes.map(
        ({ sinceMs }) => sinceMs ?? 0,
      );
    const longest = await since("longest");
    expect(longest).toHaveLength(150);
    expect(longest).toEqual(longest.toSorted((a, b) => a - b));
    const newest = await since("newest");
    expect(newest).toEqual(newest.toSorted((a, b) => b - a));
    expect(newest[0]).toBeGreaterThan(longest[0] ?? 0);
  });

  it("the list leaves out nodes that the caller does not want, without reading more for it", async () => {
    const except = ({ state }: { readonly state: string }) => state === "offline";
    const { nodes, read } = await listNodes(reader, { limit: 10, except });
    expect(nodes).toHaveLength(10);
    expect(nodes.some(({ state }) => state === "offline")).toBe(false);
    expect(read).toBeLessThanOrEqual(20);
  });

  it("the list lists online nodes by their ids", async () => {
    const ids = (await collect(eachNode(reader, "online"))).map(({ nodeId }) => nodeId);
    expect(ids).toEqual(ids.toSorted());
  });

  it("the list has pages backwards as well", async () => {
    const first = await listNodes(reader, { state: "offline", limit: 120, order: "newest" });
    const second = await listNodes(reader, {
      state: "offline",
      limit: 120,
      order: "newest",
      after: first.next,
    });
    const all = [...first.nodes, ...second.nodes].map(({ nodeId }) => nodeId);
    expect(new Set(all).size).toBe(200);
    expect(second.next).toBeUndefined();
  });

  it("the list leaves out a node whose state is newer than the index", async () => {
    const client = new Proxy(tables.client, {
      get: (target, name) => {
        if (name !== "send") return Reflect.get(target, name);
        return async (command: Parameters<typeof target.send>[0]) => {
          const isRow = command instanceof QueryCommand && command.input.IndexName === undefined;
          return isRow ? { Items: [] } : target.send(command);
        };
      },
    });
    for (const state of ["online", "offline"] as const) {
      const { nodes, next } = await listNodes({ ...reader, client }, { state, limit: 3 });
      expect([nodes, typeof next]).toEqual([[], "string"]);
    }
  });

  it("the list lists the nodes that are in their state since a time in a range", async () => {
    const all = await collect(eachNode(reader, "offline"));
    const times = all.map(({ sinceMs }) => sinceMs ?? 0).toSorted((a, b) => a - b);
    const sinceFromMs = times[50] ?? 0;
    const sinceToMs = times[150] ?? 0;
    for (const order of ["longest", "newest"] as const) {
      const found: number[] = [];
      let after: string | undefined;
      do {
        const page = await listNodes(reader, {
          state: "offline",
          limit: 30,
          order,
          sinceFromMs,
          sinceToMs,
          after,
        });
        found.push(...page.nodes.map(({ sinceMs }) => sinceMs ?? 0));
        after = page.next;
      } while (after !== undefined);
      const expected = times.filter((time) => time >= sinceFromMs && time < sinceToMs);
      expect(found).toEqual(order === "longest" ? expected : expected.toReversed());
    }
    for (const state of ["online", undefined] as const)
      await expect(listNodes(reader, { state, limit: 1, sinceToMs })).rejects.toThrow(RangeError);
  });

  it("the list yields all nodes in a state, or all nodes by their ids", async () => {
    expect(await collect(eachNode(reader, "unknown"))).toHaveLength(200);
    const ids = (await collect(eachNode(reader))).map(({ nodeId }) => nodeId);
    expect(ids).toEqual(Array.from({ length: 600 }, (_, index) => `n${index}`).sort());
  });
});
