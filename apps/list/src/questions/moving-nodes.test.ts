import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { ask, type QueryStage } from "@rainhooks/stage/query/ask";
import { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";
import { SEED_NODES, SEED_NOW_MS, seedStage } from "@rainhooks/stage/testing/seeded-stage";
import { deliveryOf } from "@rainhooks/testing/samples";

const ALL = Array.from({ length: SEED_NODES }, (_, index) => `n${index}`).sort();

describe("a list of nodes that change their state while it is read", () => {
  let tables: TestTables;
  let stage: QueryStage;
  let moving: Moving;

  beforeAll(async () => {
    tables = await startTables();
    const seeded = await seedStage(tables, "one", "mark");
    moving = new Moving(tables.client);
    const nodes = { ...seeded.stores.nodes, client: moving.client };
    stage = { ...seeded, nowMs: () => moving.nowMs, stores: { ...seeded.stores, nodes } };
  });
  afterAll(() => tables.stop());

  it("a list has each node once in one response", async () => {
    for (let round = 0; round < 10; round += 1) {
      const { nodes, next } = await ask(listNodesQuestion, { limit: "1000" }, stage);
      expect(nodes.map(({ nodeId }) => nodeId).sort()).toEqual(ALL);
      expect(next).toBeUndefined();
      const states = nodes.map((node) => node.state);
      expect(states.lastIndexOf("offline")).toBe(
        states.filter((state) => state === "offline").length - 1,
      );
    }
    expect(moving.moved).toBeGreaterThan(100);
  });

  test.each(["7", "20"])("a list has each node, once in a page, in pages of %s", async (limit) => {
    for (let round = 0; round < 5; round += 1) {
      const found: string[] = [];
      let page: string | undefined;
      do {
        const result = await ask(listNodesQuestion, { limit, page }, stage);
        const ids = result.nodes.map(({ nodeId }) => nodeId);
        expect(new Set(ids).size).toBe(ids.length);
        found.push(...ids);
        page = result.next;
      } while (page !== undefined);
      expect([...new Set(found)].sort()).toEqual(ALL);
    }
  });
});

describe("a list of nodes that do not change", () => {
  let tables: TestTables;

  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());

  it("the pages of a list have each node once, also nodes that went offline just before, in either order", async () => {
    const stage = await seedStage(tables, "one", "mark");
    const moving = new Moving(tables.client);
    for (let count = 0; count < 40; count += 1) await moving.move();
    const still = { ...stage, nowMs: () => moving.nowMs };
    for (const order of ["longest", "newest"]) {
      const whole = await ask(listNodesQuestion, { order, limit: "1000" }, still);
      const sinceMs = whole.nodes.flatMap((node) =>
        node.state === "offline" ? (node.sinceMs ?? 0) : [],
      );
      const sorted = sinceMs.toSorted((one, other) => one - other);
      expect(sinceMs).toEqual(order === "longest" ? sorted : sorted.toReversed());
      expect(Math.max(...sinceMs)).toBeGreaterThan(moving.nowMs - 10_000);
      const found: string[] = [];
      let page: string | undefined;
      do {
        const result = await ask(listNodesQuestion, { order, limit: "7", page }, still);
        found.push(...result.nodes.map(({ nodeId }) => nodeId));
        page = result.next;
      } while (page !== undefined);
      if (order === "longest") expect(found.sort()).toEqual(ALL);
      else
        expect([found.slice(0, 7), [...new Set(found)].sort()]).toEqual([
          whole.nodes.slice(0, 7).map(({ nodeId }) => nodeId),
          ALL,
        ]);
    }
  });
});

/** A client before whose reads of nodes now and then a node goes offline or comes online. */
class Moving {
  readonly client: TestTables["client"];
  moved = 0;
  nowMs = SEED_NOW_MS;
  #reads = 0;
  readonly #client: TestTables["client"];

  constructor(client: TestTables["client"]) {
    this.#client = client;
    this.client = new Proxy(client, {
      get: (target, name) => {
        if (name !== "send") return Reflect.get(target, name);
        return async (command: Parameters<typeof target.send>[0]) => {
          // A query without an index reads one node.
          if (command instanceof QueryCommand && command.input.IndexName === undefined)
            this.#reads += 1;
          if (this.#reads % 10 === 0) await this.move();
          return target.send(command);
        };
      },
    });
  }

  async move(): Promise<void> {
    this.moved += 1;
    this.nowMs += 2000;
    const seed = (Math.imul(this.moved, 0x9e3779b1) >>> 8) % (2 * SEED_NODES);
    const type = seed % 2 === 0 ? "node_connected" : "node_disconnected";
    const node_id = `n${seed >> 1}`;
    const body = {
      event_type: `rmaker.event.${type}`,
      timestamp: this.nowMs,
      event_data: { node_id },
    };
    const decoded = decode(deliveryOf(body, { id: `moved-${this.moved}`, sentAtMs: this.nowMs }));
    if (decoded.kind !== "event") throw new Error("not an event");
    const sink = nodeStatusSink({
      client: this.#client,
      tableName: "one-node-status",
      timelineTableName: "one-node-timeline",
      timelineDays: 90,
      seenIntervalMs: 3_600_000,
    });
    expect(await sink.write([{ id: "moved", value: decoded.event }])).toEqual([]);
  }
}
