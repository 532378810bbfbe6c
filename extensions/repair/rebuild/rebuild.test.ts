import { gzipSync } from "node:zlib";
import { type DynamoDBClient, PutItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { collect } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { followSlots } from "@rainhooks/dynamodb/slots/follow";
import { cacheSlots } from "@rainhooks/dynamodb/slots/read";
import { type Slot, slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { memoryHistories } from "@rainhooks/filter/store";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { readNode } from "@rainhooks/node-status/read-node";
import type { ItemFailure, Sink } from "@rainhooks/sinks/sink";
import { deliveryOf } from "@rainhooks/testing/samples";
import { NODE_FIELDS } from "../../node-fields.ts";
import { slotSink } from "../slots/slot-sink.ts";
import { verifyStore } from "../verify/verify-store.ts";
import { PARTITIONS } from "../work/partitions.ts";
import { type FlakyFunctions, flakyFunctions } from "../work/testing/flaky-functions.ts";
import { withWork } from "../work/work.ts";
import { dropSlot, switchSlots } from "./change-slots.ts";
import { readState } from "./rebuild-state.ts";
import { type RebuildDependencies, runRebuild } from "./run.ts";

const START_MS = Date.UTC(2026, 10, 24, 8);
const HOURS = { first: "2026/11/24/07", last: "2026/11/24/10", late: [] };
const TABLES = [nodeStatusTable, nodeTimelineTable];
const STORE = "node-status";
const REQUEST = { startedBy: "somebody", copiesRows: false };
const types = [...NODE_STATUS_EVENTS].map((type) => type.replace("rmaker.event.", ""));
const subscribed = {
  topics: Object.fromEntries(types.map((type) => [type, `arn:aws:sns:us-east-1:1:${type}`])),
};

describe("a rebuild", () => {
  let database: TestTables;
  let server: BucketServer;
  let world: World;
  let run = 0;

  beforeAll(async () => {
    database = await startTables();
    server = await startBucketServer({});
  });
  afterAll(async () => {
    await server.stop();
    await database.stop();
  });
  beforeEach(async () => {
    run += 1;
    world = new World(database, server, run);
    await world.create();
  });

  it("a rebuild makes the same tables while events come, and corrects what was wrong in the live ones", async () => {
    await world.publish(events(60));
    await world.spoil("node-3");
    world.onWait = async () => {
      if (world.waits % 4 === 1) await world.publish(events(2, 60 + world.waits * 2));
    };
    const { outcome, comparison, state } = await runRebuild(REQUEST, world.parts);
    expect([outcome, comparison.lost, comparison.corrected]).toEqual(["switched", 0, 1]);
    expect(comparison.differences).toMatchObject([
      { nodeId: "node-3", what: expect.stringContaining("firmware") },
    ]);
    expect(state).toMatchObject({
      live: "b",
      both: true,
      rebuild: { phase: "switched", partitions: 256 },
    });
    await world.publish(events(5, 500));
    expect((await world.verify("b")).differentFacts).toBe(0);
    expect((await world.node("node-3"))?.config?.firmware).toBe("1.1");
  });

  it("a rebuild goes back to tables that have everything, and drops the others", async () => {
    await world.publish(events(30));
    await runRebuild(REQUEST, world.parts);
    await world.publish(events(10, 100));
    await switchSlots("old", world.parts);
    await world.letFunctionsFollow();
    await world.publish(events(10, 200));
    expect((await world.verify("a")).differentFacts).toBe(0);
    expect((await world.verify("b")).differentFacts).toBe(0);
    const cancelled = { ...world.parts, signal: AbortSignal.abort() };
    await expect(dropSlot("b", REQUEST, cancelled)).rejects.toBeDefined();
    expect(await world.itemsOf("b")).not.toEqual([]);
    const deleted = await dropSlot("b", REQUEST, world.parts);
    expect(deleted).toBeGreaterThan(5);
    expect(await world.itemsOf("b")).toEqual([]);
    const state = await readState(world.parts.slots, STORE);
    expect([state.live, state.both, state.rebuild]).toEqual(["a", false, undefined]);
    await world.publish(events(10, 300));
    expect(await world.itemsOf("b")).toEqual([]);
    expect((await runRebuild(REQUEST, world.parts)).outcome).toBe("switched");
    await world.publish(events(10, 400));
    expect((await world.verify("b")).differentFacts).toBe(0);
  });

  it("a rebuild shows a reader after each switch what it has seen before, also if an event is only in one of the slots", async () => {
    await world.publish(events(30));
    const seen: Record<string, unknown> = {};
    /** An event that one slot does not take, just before the switch to it. */
    const failOnce = async (slot: Slot, firstS: number) => {
      world.failing = slot;
      await world.publish(events(4, firstS), { isArchived: false });
      world.failing = undefined;
      seen[slot] = await world.node("node-1");
    };
    const { outcome } = await runRebuild(REQUEST, {
      ...world.parts,
      untilRead: () => failOnce("b", 701),
    });
    expect(outcome).toBe("switched");
    await world.letFunctionsFollow();
    expect([await world.node("node-1"), (await world.retry()).length]).toEqual([seen["b"], 0]);
    expect(await world.node("node-1")).not.toEqual(seen["b"]);

    world.onWait = async () => {
      await world.letFunctionsFollow();
      await failOnce("a", 1401);
    };
    await switchSlots("old", world.parts);
    await world.letFunctionsFollow();
    expect((await readState(world.parts.slots, STORE)).ahead).toBe("a");
    expect([await world.node("node-1"), (await world.retry()).length]).toEqual([seen["a"], 0]);
    expect(await world.node("node-1")).not.toEqual(seen["a"]);
  });

  it("a rebuild goes on after it was killed at any moment, and the live tables are as without it until the switch", async () => {
    for (const firstS of [0, 20]) await world.publish(events(20, firstS));
    await world.publish([tooLong()], { isHandled: false });
    const before = await world.itemsOf("a");
    for (let step = 1; ; step += 5) {
      world.killAtStep = step;
      const result = await runRebuild(REQUEST, world.parts).catch((error: unknown) => error);
      if ((await readState(world.parts.slots, STORE)).live === "b") break;
      expect(String(result)).toMatch("killed");
      expect(await world.itemsOf("a")).toEqual(before);
      world.nowMs += 60_000;
    }
    await world.functions.settle();
    expect(world.kills).toBeGreaterThan(3);
    expect((await readState(world.parts.slots, STORE)).rebuild?.counts).toMatchObject({
      deliveries: 41,
      events: 41,
      refused: 1,
    });
    expect((await world.verify("b")).differentFacts).toBe(0);
  });

  it("a rebuild lets no function write to a slot that nobody fills any more", async () => {
    await world.publish(events(40));
    const { judged, workFunction } = world.parts;
    const setup = { store: STORE, judged, runner: "somebody who held it" } as const;
    await withWork(workFunction, setup, async (work) => {
      await work.call("keepObjects", [world.newestKey], { fromMs: 0, toMs: world.nowMs }, 0);
      const all = [...Array(PARTITIONS).keys()];
      await expect(
        Promise.all(all.map((partition) => work.call("writeRows", "b", partition, undefined))),
      ).rejects.toMatchObject({
        code: "write-conflict",
        message:
          "The process that rebuilds node-status does not hold the rebuild any more. Start the command again.",
      });
      const segment = { table: "node-status", slot: "a", segment: 0, of: 1 } as const;
      const copied = work.call("copySegment", segment, "b", undefined);
      await expect(copied).rejects.toMatchObject({ code: "write-conflict" });
      const cleared = work.call("clearSegment", segment, ["nodeId", "item"], undefined, undefined);
      await expect(cleared).rejects.toMatchObject({ code: "write-conflict" });
    });
    expect((await world.itemsOf("a")).length).toBeGreaterThan(5);
    expect(await world.itemsOf("b")).toEqual([]);
  });

  it("a rebuild does not switch if the live tables have what the archive has not, unless it began with a copy", async () => {
    await world.publish(events(20), { isArchived: false });
    await world.publish(events(20, 200));
    const refused = await runRebuild(REQUEST, world.parts);
    expect(refused.outcome).toBe("fewer");
    expect(refused.comparison.lost).toBeGreaterThan(0);
    expect(refused.state).toMatchObject({ live: "a", both: true, rebuild: { phase: "filled" } });
    expect((await readState(world.parts.slots, STORE)).ahead).toBeUndefined();
    await dropSlot("b", REQUEST, world.parts);
    const old = await world.node("node-1");
    const { outcome, report } = await runRebuild({ ...REQUEST, copiesRows: true }, world.parts);
    expect([outcome, report.differences]).toEqual(["switched", []]);
    await world.letFunctionsFollow();
    expect(await world.node("node-1")).toEqual(old);
  });

  it("a rebuild does not switch if that would lose what the archive has not because of a gap", async () => {
    await world.publish(events(20));
    await world.publish(events(3, 20), { isArchived: false });
    await world.publish(events(20, 30));
    const { outcome, comparison } = await runRebuild(REQUEST, world.parts);
    expect(outcome).toBe("fewer");
    expect(comparison.lost).toBeGreaterThan(2);
    expect(comparison.differences).toContainEqual(
      expect.objectContaining({ kind: "unexpected", what: expect.stringContaining("alert at") }),
    );
  });

  it("a rebuild shows first what only the live tables have, also what is older than the archive", async () => {
    const nodes = [...Array(25).keys()].map((index) => `node-${index}`);
    await world.publish(nodes.flatMap((node, index) => events(1, 4 * index, node)));
    for (const node of nodes) await world.spoil(node);
    const onlyLive = [alertOf("node-24", START_MS - 1000), alertOf("node-3", START_MS + 500)];
    await world.publish(onlyLive, { isArchived: false });
    const { outcome, comparison } = await runRebuild(REQUEST, world.parts);
    const { lost, corrected, differences } = comparison;
    expect([outcome, lost, corrected > 20, differences.length]).toEqual(["fewer", 5, true, 20]);
    expect(differences.slice(0, 5).every(({ change }) => change === "lost")).toBe(true);
    expect(differences.slice(5).every(({ change }) => change === "corrected")).toBe(true);
    for (const nodeId of ["node-24", "node-3"])
      expect(differences).toContainEqual(
        expect.objectContaining({ nodeId, what: expect.stringContaining("alert at") }),
      );
  });

  it("a rebuild does not delete anything in a process that another one has followed", async () => {
    await world.publish(events(30));
    await runRebuild(REQUEST, world.parts);
    world.onWait = async () => {
      world.onWait = () => undefined;
      world.nowMs += 60_000;
      await dropSlot("a", REQUEST, world.parts);
      await runRebuild(REQUEST, world.parts);
    };
    await expect(dropSlot("a", REQUEST, world.parts)).rejects.toMatchObject({
      code: "write-conflict",
    });
    expect((await readState(world.parts.slots, STORE)).live).toBe("a");
    expect((await world.itemsOf("a")).length).toBeGreaterThan(5);
  });

  it("a rebuild does not switch to tables that are not equal, unless told to", async () => {
    await world.publish(events(20));
    world.spoils = "b";
    const { outcome, report } = await runRebuild(REQUEST, world.parts);
    expect([outcome, report.differentFacts]).toEqual(["different", 1]);
    world.spoils = undefined;
    expect((await switchSlots("rebuilt", world.parts)).live).toBe("b");
  });

  it("a rebuild refuses other tables that are not empty, also if their empty parts are read last", async () => {
    const TableName = world.nameOf(slotTableName("node-status", "b"));
    const Item = { nodeId: { S: "node-1" }, item: { S: "left" } };
    await database.client.send(new PutItemCommand({ TableName, Item }));
    const { workFunction, ...parts } = world.parts;
    const found = Promise.withResolvers<void>();
    const invoke: typeof workFunction.invoke = async (request) => {
      const reply = await workFunction.invoke(request);
      if (reply.result === true) found.resolve();
      if (reply.result === false) await found.promise;
      return reply;
    };
    const rebuild = runRebuild(REQUEST, { ...parts, workFunction: { ...workFunction, invoke } });
    await expect(rebuild).rejects.toThrow("The other tables of node-status are not empty");
  });
});

/** Events of some nodes, one a second from a second after the start on. */
function events(count: number, firstS = 0, ofNode?: string): Delivery[] {
  return [...Array(count).keys()].map((index) => {
    const number = index + firstS;
    const node = ofNode ?? `node-${index % 7}`;
    const type =
      ["node_config_changed", "node_connected", "alert", "node_disconnected"][index % 4] ?? "";
    const event_data = {
      node_id: node,
      nodes: [node],
      config: { info: { fw_version: `1.${(index % 7) % 2}` } },
      message_body: { "esp.alert.str": `Alert ${number}` },
    };
    const atMs = START_MS + number * 1000;
    const body = { event_type: `rmaker.event.${type}`, timestamp: atMs, event_data };
    return deliveryOf(body, { id: `d-${number}`, sentAtMs: atMs, topic: type });
  });
}

function alertOf(nodeId: string, atMs: number): Delivery {
  const event_data = { node_id: nodeId, message_body: { "esp.alert.str": "Only in the table" } };
  const body = { event_type: "rmaker.event.alert", timestamp: atMs, event_data };
  return deliveryOf(body, { id: `alert-${nodeId}`, sentAtMs: atMs, topic: "alert" });
}

/** An event about a node whose id fits, and one whose id does not. */
function tooLong(): Delivery {
  const body = {
    event_type: "rmaker.event.user_node_added",
    timestamp: START_MS,
    event_data: { nodes: ["node-1", "x".repeat(3000)], user_id: "user" },
  };
  return deliveryOf(body, { id: "too-long", sentAtMs: START_MS, topic: "user_node_added" });
}

/** A stage with functions that write as the slots say, in played time. */
class World {
  nowMs = START_MS + 1_000_000;
  waits = 0;
  kills = 0;
  killAtStep: number | undefined;
  /** The slot of which a row is changed before it is verified. */
  spoils: Slot | undefined;
  onWait: () => Promise<void> | undefined = () => undefined;
  /** The slot that takes nothing from functions. */
  failing: Slot | undefined;
  /** Events that the function has reported as failed; its queue would send them again. */
  #failed: readonly RainmakerEvent[] = [];
  #steps = 0;
  readonly #database: TestTables;
  readonly #server: BucketServer;
  readonly #run: number;
  readonly #bucket: string;
  #objects = 0;
  /** The client of the process that rebuilds, which can be killed. */
  readonly #runnerClient: DynamoDBClient;
  #isDead = false;
  #function: (events: readonly RainmakerEvent[]) => Promise<readonly ItemFailure[]>;
  readonly functions: FlakyFunctions;

  constructor(database: TestTables, server: BucketServer, run: number) {
    this.#database = database;
    this.#server = server;
    this.#run = run;
    this.#bucket = `archive-${run}`;
    this.#runnerClient = database.newClient();
    server.buckets[this.#bucket] = {};
    this.#runnerClient.middlewareStack.add(
      (next) => (args) => {
        if (this.#isDead) throw new Error("killed");
        return next(args);
      },
      { step: "initialize" },
    );
    this.functions = flakyFunctions(
      {
        client: database.client,
        nameOf: this.nameOf,
        s3: server.client,
        bucket: this.#bucket,
        folder: "work",
        nowMs: () => this.nowMs,
        readRules: async () => ({ rules: memoryHistories([]), isKnown: () => true }),
      },
      () => true,
    );
    const slots = cacheSlots({ ...this.#slots, nowMs: () => this.nowMs });
    const sink = slotSink(
      () => slots(STORE),
      (slot) => this.#functionSinkOf(slot),
    );
    this.#function = (list) =>
      sink.write(list.map((value, index) => ({ id: String(index), value })));
  }

  readonly nameOf = (table: string) => `run-${this.#run}.${table}`;

  async create(): Promise<void> {
    await this.#database.create({ ...tableSlotsTable, name: this.nameOf(tableSlotsTable.name) });
    for (const slot of ["a", "b"] as const)
      for (const table of TABLES)
        await this.#database.create({
          ...table,
          name: this.nameOf(slotTableName(table.name, slot)),
        });
  }

  sinkOf(slot: Slot) {
    return nodeStatusSink({
      client: this.#database.client,
      tableName: this.nameOf(slotTableName("node-status", slot)),
      timelineTableName: this.nameOf(slotTableName("node-timeline", slot)),
      timelineDays: 30,
      seenIntervalMs: 60_000,
      extensions: [{ fields: NODE_FIELDS }],
    });
  }

  #functionSinkOf(slot: Slot): Sink<RainmakerEvent> {
    const sink = this.sinkOf(slot);
    const error = new RainhooksError("throttled", "busy");
    return {
      write: (items, context) =>
        this.failing === slot
          ? Promise.resolve(items.map(({ id }) => ({ id, error })))
          : sink.write(items, context),
    };
  }

  /** Lets the function handle again what has failed. */
  async retry(): Promise<readonly ItemFailure[]> {
    return this.#function(this.#failed);
  }

  /** Publishes events: the function handles them, and they are archived. */
  async publish(
    list: readonly Delivery[],
    { isArchived = true, isHandled = true } = {},
  ): Promise<void> {
    const decoded = list
      .map((one) => decode(one))
      .flatMap((one) => (one.kind === "event" ? [one.event] : []));
    if (isHandled) {
      const failures = await this.#function(decoded);
      expect(failures).toHaveLength(this.failing === undefined ? 0 : decoded.length);
      if (failures.length > 0) this.#failed = decoded;
    }
    if (!isArchived) return;
    this.#objects += 1;
    const lines = gzipSync(list.map((one) => `${JSON.stringify(one)}\n`).join(""));
    const key = `deliveries/2026/11/24/08/${String(this.#objects).padStart(4, "0")}.gz`;
    this.#server.buckets[this.#bucket] = { ...this.#server.buckets[this.#bucket], [key]: lines };
  }

  async letFunctionsFollow(): Promise<void> {
    this.nowMs += 10_000;
  }

  /** Compares a slot with the archive, as a verification does. */
  verify(slot: Slot) {
    const { judged, archive } = this.parts;
    const dependencies = { archive, hoursWhenArchived: async () => HOURS, nowMs: () => this.nowMs };
    return withWork(this.functions, { store: STORE, judged }, (work) =>
      verifyStore({ store: STORE, slot, toMs: this.nowMs }, { ...dependencies, work }),
    );
  }

  get #slots() {
    return { client: this.#database.client, tableName: this.nameOf(tableSlotsTable.name) };
  }

  get newestKey(): string {
    return Object.keys(this.#server.buckets[this.#bucket] ?? {}).at(-1) ?? "";
  }

  /** What a new process has. */
  get parts(): RebuildDependencies {
    this.#isDead = false;
    return {
      archive: { client: this.#server.client, bucket: this.#bucket },
      judged: {
        settings: { timelineDays: 30, seenIntervalS: 60 },
        integration: "us",
        webhook: { events: NODE_STATUS_EVENTS, filtered: true, subscribed, sinceMs: 0 },
      },
      store: STORE,
      slots: { ...this.#slots, client: this.#runnerClient },
      tables: TABLES,
      workFunction: {
        ...this.functions,
        invoke: (request) => {
          if (request.name !== "dropFiles") this.#step();
          return this.functions.invoke(request);
        },
      },
      settleMs: 15_000,
      slotsAgeMs: 10_000,
      clockMarginMs: 5000,
      hoursWhenArchived: async () => {
        this.#step();
        return HOURS;
      },
      untilHandled: async (atLeastMs) => {
        this.#step();
        this.nowMs = Math.max(this.nowMs, atLeastMs);
        if (this.spoils !== undefined) await this.spoil("node-1", this.spoils);
        return this.nowMs;
      },
      nowMs: () => this.nowMs,
      wait: async (ms) => {
        this.#step();
        this.nowMs += ms;
        this.waits += 1;
        await this.onWait();
      },
    };
  }

  #step(): void {
    this.#steps += 1;
    if (this.killAtStep === undefined || this.#steps < this.killAtStep) return;
    this.killAtStep = undefined;
    this.#steps = 0;
    this.kills += 1;
    this.#isDead = true;
    throw new Error("killed");
  }

  /** Changes a row by hand. */
  async spoil(nodeId: string, slot: Slot = "a"): Promise<void> {
    const { TableName, rows } = await this.#rowsOf(nodeId, slot);
    for (const row of rows.filter((item) => item["firmware"] !== undefined)) {
      const Item = { ...row, firmware: { S: "9.9" } };
      await this.#database.client.send(new PutItemCommand({ TableName, Item }));
    }
  }

  async #rowsOf(nodeId: string, slot: Slot) {
    const TableName = this.nameOf(slotTableName("node-status", slot));
    return {
      TableName,
      rows: (await this.#scan(TableName)).filter((item) => item["nodeId"]?.S === nodeId),
    };
  }

  async itemsOf(slot: Slot): Promise<Attributes[]> {
    const all = await Promise.all(
      TABLES.map(({ name }) => this.#scan(this.nameOf(slotTableName(name, slot)))),
    );
    return all.flat();
  }

  async #scan(TableName: string): Promise<Attributes[]> {
    const pages = await collect(paginateScan({ client: this.#database.client }, { TableName }));
    return pages.flatMap(({ Items = [] }) => Items);
  }

  /** Reads a node as a reader does that knows nothing of slots. */
  async node(nodeId: string) {
    const client = followSlots(this.#database.newClient(), {
      slots: { ...this.#slots, nowMs: () => this.nowMs },
      tables: new Map(TABLES.map((table) => [this.nameOf(table.name), table])),
    });
    return readNode({ client, tableName: this.nameOf("node-status") }, nodeId);
  }
}
