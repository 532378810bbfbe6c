import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core";
import { startTables, type TestTables } from "@rainhooks/stage/testing";
import { deliveryOf } from "@rainhooks/testing";
import { listNodes, readNode } from "./read.ts";
import { nodeStatusTable } from "./table.ts";
import { nodeStatusSink } from "./write.ts";

describe("reading the node-status table", () => {
  let tables: TestTables;
  let reader: { client: TestTables["client"]; tableName: string };
  const baseMs = 1_700_000_000_001;

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(nodeStatusTable);
    reader = { client: tables.client, tableName: nodeStatusTable.name };
    const items = Array.from({ length: 60 }, (_, index) => {
      const type = ["node_connected", "node_disconnected", "user_node_ota"][index % 3];
      const body = {
        event_type: `rmaker.event.${type}`,
        timestamp: baseMs - index * 1000,
        event_data: { node_id: `n${index}` },
      };
      const decoded = decode(deliveryOf(body, { id: `d${index}` }));
      if (decoded.kind !== "event") throw new Error("not an event");
      return { id: String(index), value: decoded.event };
    });
    expect(await nodeStatusSink(reader).write(items)).toEqual([]);
  });
  afterAll(() => tables.stop());

  it("reads one node", async () => {
    expect(await readNode(reader, "n1")).toEqual({
      nodeId: "n1",
      state: "offline",
      sinceMs: baseMs - 1000,
      connectedAtMs: undefined,
      disconnectedAtMs: baseMs - 1000,
      lastEvent: {
        type: "rmaker.event.node_disconnected",
        atMs: baseMs - 1000,
        sentAtMs: 1_700_000_000_123,
        deliveryId: "d1",
      },
    });
    expect(await readNode(reader, "nobody")).toBeUndefined();
  });

  it.each([
    ["online", 0],
    ["offline", 1],
    ["unknown", 2],
  ] as const)("lists the nodes that are %s", async (state, rest) => {
    const nodes = await listNodes(reader, state);
    const expected = Array.from({ length: 20 }, (_, index) => `n${index * 3 + rest}`);
    expect(nodes.map(({ nodeId }) => nodeId).sort()).toEqual(expected.sort());
  });

  it("lists first the nodes that have been in their state longest", async () => {
    const since = (await listNodes(reader, "offline")).map(({ sinceMs }) => sinceMs ?? 0);
    expect(since).toEqual(since.toSorted((a, b) => a - b));
  });
});
