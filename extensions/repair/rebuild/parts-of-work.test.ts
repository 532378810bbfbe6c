import { gzipSync } from "node:zlib";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { collect } from "@rainhooks/core/collections";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { type ErrorCode, RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { memoryHistories } from "@rainhooks/filter/store";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import type { ItemFailure, Sink } from "@rainhooks/sinks/sink";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { FactModel } from "../facts/fact-model.ts";
import type { TableSegment } from "../verify/read-tables.ts";
import { type WorkDependencies, WorkJob } from "../work/job.ts";
import { type LinesAt, PARTITIONS, partitionOf } from "../work/partitions.ts";
import type { WorkSetup } from "../work/request.ts";
import { addComparisons, compareInSlots, type SlotDifference } from "./compare-work.ts";
import { keepObjects, writeRows } from "./fill-work.ts";
import type { RebuildPhase } from "./rebuild-state.ts";
import { clearSegment, copySegment, hasItems } from "./slot-work.ts";

const SETUP: WorkSetup = {
  job: "00000000-0000-4000-8000-000000000000",
  store: "node-status",
  judged: {
    settings: { timelineDays: 30, seenIntervalS: 60 },
    integration: "us",
    webhook: {
      events: [...NODE_STATUS_EVENTS],
      filtered: false,
      subscribed: { topics: {} },
      sinceMs: 0,
    },
  },
};

/** What of a job is the test's own. */
interface TestJobOptions extends Partial<Omit<WorkDependencies, "wait">> {
  readonly setup?: Partial<WorkSetup>;
  readonly isLate?: () => boolean;
}

/**
 * A job of a command that holds the rebuild. It notes its waits, and in which phases it looked at
 * that.
 */
class TestJob extends WorkJob {
  readonly waits: number[];
  readonly phases: RebuildPhase[] = [];

  constructor({ setup, isLate = () => false, ...parts }: TestJobOptions = {}) {
    const waits: number[] = [];
    super(
      { ...SETUP, ...setup },
      async () => ({ rules: memoryHistories([]), isKnown: () => true }),
      isLate,
      {
        client: new DynamoDBClient(),
        s3: new S3Client(),
        bucket: "files",
        folder: "work",
        nameOf: (table: string) => table,
        nowMs: () => 0,
        random: () => 0,
        readRules: async () => ({ rules: memoryHistories([]), isKnown: () => true }),
        ...parts,
        wait: async (ms) => waits.push(ms),
      },
    );
    this.waits = waits;
  }

  override async requireRunner(phase: RebuildPhase): Promise<void> {
    this.phases.push(phase);
  }
}

describe("what compares slots", () => {
  /** Facts are numbers, of which the largest one counts; the time of one is in its name. */
  const MODEL: FactModel = {
    factsOf: () => [],
    factsIn: () => [],
    join: (_, a, b) => Math.max(Number(a), Number(b)),
    expiresAtMs: () => undefined,
    partsOf: (name, value) => [{ value, atMs: Number(name.split(" ")[1] ?? Number.NaN) }],
    saysWrong: (name) => name.startsWith("wrong"),
    describe: (name) => name,
  };

  /** A job of a partition with facts of one node: of the live slot, and of the other one. */
  class CompareJob extends TestJob {
    readonly #lines: readonly string[];

    constructor(live: object, other: object, nodeId = "n1") {
      super();
      const line = (source: string, facts: object) =>
        JSON.stringify([source, nodeId, ...Object.entries(facts).flat()]);
      this.#lines = [line("stored", live), line("archived", other)];
    }

    override get model() {
      return MODEL;
    }

    override async *read() {
      yield { at: "0", lines: this.#lines };
    }
  }

  const TIMES = { fromMs: 1000, readAtMs: 5000 };
  const compare = (live: object, other: object) =>
    compareInSlots(new CompareJob(live, other), 0, TIMES);

  describe("a comparison of slots", () => {
    it("a comparison of slots finds nothing where both have the same", async () => {
      const same = { "light 2000": 1, "heat 500": 2 };
      expect(await compare(same, same)).toEqual({
        lost: 0,
        added: 0,
        corrected: 0,
        differences: [],
      });
    });

    it.each([
      ["lost", "a fact that only the live slot has", { "light 2000": 1 }, {}],
      ["lost", "one that is older than the archive", { "light 999": 1 }, {}],
      [
        "lost",
        "a value that is more than that of the other slot",
        { "light 2000": 2 },
        { "light 2000": 1 },
      ],
      ["added", "a fact that only the other slot has", {}, { "light 2000": 1 }],
      [
        "corrected",
        "a value that is less than that of the other slot",
        { "light 2000": 1 },
        { "light 2000": 2 },
      ],
      ["corrected", "what says that an item of the live slot is wrong", { "wrong 2000": 1 }, {}],
      ["added", "what says that an item of the other slot is wrong", {}, { "wrong 2000": 1 }],
    ] as const)("a comparison of slots says %s for %s", async (change, _, live, other) => {
      const counts = { lost: 0, added: 0, corrected: 0, [change]: 1 };
      const [name = ""] = Object.keys({ ...live, ...other });
      const found = await compare(live, other);
      expect(found).toMatchObject({ ...counts, differences: [{ nodeId: "n1", name, change }] });
      expect(found.differences).toHaveLength(1);
    });

    it("a comparison of slots shows both values of a difference", async () => {
      const { differences } = await compare({ "light 2000": 1 }, { "light 2000": 2 });
      expect(differences).toMatchObject([
        { kind: "wrong", what: "light 2000", archived: "2", stored: "1" },
      ]);
      const older = await compare({ "light 999": 1 }, {});
      expect(older.differences).toMatchObject([
        { kind: "unexpected", archived: undefined, stored: "1" },
      ]);
    });
  });

  describe("comparisons of partitions", () => {
    const difference = (change: SlotDifference["change"], nodeId: string): SlotDifference => ({
      change,
      nodeId,
      name: "light",
      what: "light",
      kind: "wrong",
      archived: "1",
      stored: "2",
    });
    const comparison = (...differences: SlotDifference[]) => ({
      lost: 1,
      added: 20,
      corrected: 300,
      differences,
    });

    it("comparisons of partitions are added, and show first what would be lost and last what would be added", () => {
      const sum = addComparisons([
        comparison(difference("added", "n1"), difference("corrected", "n2")),
        comparison(difference("corrected", "n3"), difference("lost", "n4")),
        comparison(difference("lost", "n5")),
      ]);
      expect(sum).toMatchObject({ lost: 3, added: 60, corrected: 900 });
      expect(sum.differences.map(({ nodeId }) => nodeId)).toEqual(["n4", "n5", "n2", "n3", "n1"]);
      expect(addComparisons([])).toEqual({ lost: 0, added: 0, corrected: 0, differences: [] });
    });

    it("comparisons of partitions show twenty differences at most", () => {
      const many = Array.from({ length: 15 }, (_, index) => difference("added", `n${index}`));
      const sum = addComparisons([comparison(...many), comparison(...many)]);
      expect(sum.differences).toHaveLength(20);
    });
  });
});

describe("what fills a slot", () => {
  const START_MS = Date.UTC(2026, 10, 24, 8);
  const TYPES = ["node_connected", "user_node_added", "alert", "node_params_changed"] as const;
  const WEBHOOK = {
    events: TYPES.map((type) => `rmaker.event.${type}` as const),
    filtered: false,
    subscribed: {
      topics: Object.fromEntries(
        [...TYPES, "node_registered"].map((type) => [type, `arn:aws:sns:us-east-1:1:${type}`]),
      ),
    },
    sinceMs: 0,
  };

  function delivery(id: string, type: string, event_data: object, sentAtMs = START_MS): Delivery {
    return deliveryOf(
      { event_type: `rmaker.event.${type}`, event_data },
      { id, sentAtMs, topic: type },
    );
  }
  const connected = (id: string, node_id: string, sentAtMs?: number) =>
    delivery(id, "node_connected", { node_id }, sentAtMs);
  const added = (id: string, ...nodes: readonly string[]) =>
    delivery(id, "user_node_added", { nodes, user_id: "somebody" });
  const linesOf = (some: readonly (Delivery | string)[]) =>
    some.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));

  /** A job with the lines of one partition, and a sink that notes what it is given. */
  class WriteJob extends TestJob {
    /** Ids of the deliveries of each write. */
    readonly writes: string[][] = [];
    /** Returns why a delivery is not written. */
    failureOf: (id: string) => RainhooksError | undefined = () => undefined;
    readonly #files: readonly LinesAt[];

    constructor(objects: readonly (readonly (Delivery | string)[])[], isLate = () => false) {
      super({ isLate });
      this.#files = objects.map((some, index) => ({ at: String(index), lines: linesOf(some) }));
    }

    override async *read(_partition: number, after = "") {
      yield* this.#files.filter(({ at }) => at > after);
    }

    override sinkOf(): Sink<RainmakerEvent> {
      return {
        write: async (items) => {
          this.writes.push(items.map(({ value }) => value.deliveryId));
          return items.flatMap(({ id, value }): ItemFailure[] => {
            const error = this.failureOf(value.deliveryId);
            return error === undefined ? [] : [{ id, error }];
          });
        },
      };
    }
  }

  const failure = (code: ErrorCode, permanent: boolean) =>
    new RainhooksError(code, "It is so.", { permanent });
  const write = (job: WriteJob, partition = 0, after?: string) =>
    writeRows(job, "b", partition, after);

  describe("a partition that is written", () => {
    it("a partition that is written has its events in one write, without lines that are none", async () => {
      const job = new WriteJob([
        [connected("first", "n1"), "no JSON"],
        [delivery("strange", "of_tomorrow", {}), connected("second", "n2")],
      ]);
      expect(await write(job)).toEqual({ refused: 0 });
      expect([job.writes, job.waits]).toEqual([[["first", "second"]], []]);
      const empty = new WriteJob([]);
      expect(await write(empty)).toEqual({ refused: 0 });
      expect(empty.writes).toEqual([]);
    });

    it("a partition that is written goes on with what its table did not take for a time", async () => {
      const job = new WriteJob([["a", "b", "c"].map((id) => connected(id, "n1"))]);
      job.failureOf = (id) =>
        id !== "a" && job.writes.length < 3 ? failure("throttled", false) : undefined;
      expect(await write(job)).toEqual({ refused: 0 });
      expect(job.writes).toEqual([
        ["a", "b", "c"],
        ["b", "c"],
        ["b", "c"],
      ]);
      expect(job.waits).toEqual([1000, 2000]);
    });

    it("a partition that is written ends with the reason after some minutes in which its table takes nothing", async () => {
      const job = new WriteJob([[connected("a", "n1")]]);
      job.failureOf = () => failure("throttled", false);
      await expect(write(job)).rejects.toMatchObject({
        code: "throttled",
        permanent: false,
        message: "It is so. It was tried 10 times.",
      });
      expect(job.waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
    });

    it("a partition that is written counts what its table can never take, but no event with points that it takes", async () => {
      const job = new WriteJob([["fine", "long", "points"].map((id) => connected(id, "n1"))]);
      const errors = new Map([
        ["long", failure("sink-rejected", true)],
        ["points", failure("points-rejected", true)],
      ]);
      job.failureOf = (id) => errors.get(id);
      expect(await write(job, partitionOf("n1"))).toEqual({ refused: 1 });
      expect([job.writes.length, job.waits]).toEqual([1, []]);
    });

    it("a partition that is written counts an event of several nodes only with the first of theirs", async () => {
      const nodes = ["n1", "n2", "n3"];
      const refusedIn = async (partition: number) => {
        const job = new WriteJob([[added("both", ...nodes)]]);
        job.failureOf = () => failure("sink-rejected", true);
        return (await write(job, partition)).refused;
      };
      const partitions = nodes.map(partitionOf).sort((a, b) => a - b);
      expect(await Promise.all(partitions.map(refusedIn))).toEqual([1, 0, 0]);
    });

    it("a partition that is written has 20,000 events in memory, and the next call goes on when this one is late", async () => {
      const many = Array.from({ length: 20_000 }, () => connected("one", "n1"));
      const objects = [many.slice(0, 19_999), many.slice(0, 1), [connected("last", "n1")]];
      let isLate = true;
      const job = new WriteJob(objects, () => isLate);
      expect(await write(job)).toEqual({ refused: 0, after: "1" });
      expect(await write(job, 0, "1")).toEqual({ refused: 0 });
      isLate = false;
      expect(await write(job)).toEqual({ refused: 0 });
      expect(job.writes.map(({ length }) => length)).toEqual([20_000, 1, 20_000, 1]);
    });
  });

  describe("an archive that is kept by partition", () => {
    let server: BucketServer;
    beforeAll(async () => {
      server = await startBucketServer({});
    });
    afterAll(() => server.stop());

    let jobs = 0;
    const keepJob = (seenIntervalS = 60, sinceMs = 0) => {
      jobs += 1;
      const settings = { timelineDays: 30, seenIntervalS };
      const setup = {
        job: `job-${jobs}`,
        judged: { settings, integration: "us", webhook: { ...WEBHOOK, sinceMs } },
      };
      return new TestJob({ setup, s3: server.client });
    };
    const put = (...objects: readonly (readonly (Delivery | string)[])[]): string[] => {
      const entries = objects.map(
        (some, index) => [`${index}.gz`, gzipSync(linesOf(some).join("\n"))] as const,
      );
      server.buckets["files"] = Object.fromEntries(entries);
      return entries.map(([key]) => key);
    };
    const ALL = { fromMs: 0, toMs: START_MS + 1 };
    const idsIn = async (job: TestJob, partition: number) =>
      (await collect(job.read(partition))).flatMap(({ lines }) =>
        lines.map((line) => (JSON.parse(line) as Delivery).id),
      );

    it("an archive that is kept by partition has each event once in the partitions of its nodes", async () => {
      const same = "n1";
      const other = "n2";
      const keys = put([added("both", same, same, other)], [connected("one", same)]);
      const job = keepJob();
      const counts = await keepObjects(job, keys, ALL, 0);
      expect(counts).toEqual({ deliveries: 2, events: 2, unknown: 0, unreadable: 0 });
      expect(await idsIn(job, partitionOf(same))).toEqual(["both", "one"]);
      expect(await idsIn(job, partitionOf(other))).toEqual(["both"]);
      expect([...job.partitions].sort()).toEqual([partitionOf(same), partitionOf(other)].sort());
    });

    it("an archive that is kept by partition says what of it is no event, unreadable, or of an unknown time", async () => {
      const keys = put([
        connected("known", "n1"),
        delivery("undecodable", "alert", {}),
        "no delivery",
        delivery("of another webhook", "node_registered", { node_id: "n1" }),
        connected("younger", "n1", START_MS + 1),
      ]);
      const job = keepJob();
      expect(await keepObjects(job, keys, ALL, 0)).toEqual({
        deliveries: 2,
        events: 1,
        unknown: 0,
        unreadable: 1,
      });
      expect(await idsIn(job, partitionOf("n1"))).toEqual(["known"]);

      const early = put([connected("early", "n1", START_MS - 1), connected("known", "n1")]);
      const since = keepJob(60, START_MS);
      expect(await keepObjects(since, early, ALL, 0)).toEqual({
        deliveries: 2,
        events: 2,
        unknown: 1,
        unreadable: 0,
      });
      expect(await idsIn(since, partitionOf("n1"))).toEqual(["early", "known"]);
    });

    it("an archive that is kept by partition has no partition again that is written", async () => {
      const node = "n1";
      const keys = put([connected("one", node)]);
      for (const first of [0, partitionOf(node), partitionOf(node) + 1, PARTITIONS]) {
        const job = keepJob();
        expect((await keepObjects(job, keys, ALL, first)).events).toBe(1);
        expect([...job.partitions]).toEqual(first > partitionOf(node) ? [] : [partitionOf(node)]);
      }
    });

    it("an archive that is kept by partition has no event that its tables take nothing from", async () => {
      const changed = delivery("changed", "node_params_changed", {
        node_id: "n1",
        payload: { light: { on: true } },
      });
      const keys = put([changed, connected("other", "n1")]);
      const kept = async (seenIntervalS: number) => {
        const job = keepJob(seenIntervalS);
        const { deliveries, events } = await keepObjects(job, keys, ALL, 0);
        return [deliveries, events, await idsIn(job, partitionOf("n1"))];
      };
      expect(await kept(60)).toEqual([2, 2, ["changed", "other"]]);
      expect(await kept(0)).toEqual([2, 1, ["other"]]);
    });
  });
});

describe("what copies and empties slots", () => {
  let tables: TestTables;
  let run = 0;
  let table = "";

  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());
  beforeEach(async () => {
    run += 1;
    table = `lights-${run}`;
    const partitionKey = { name: "node", type: "S" } as const;
    const sortKey = { name: "number", type: "N" } as const;
    for (const name of [table, `${table}-b`]) await tables.create({ name, partitionKey, sortKey });
  });

  const segment = (slot: Slot = "a"): TableSegment => ({
    table: "node-status",
    slot,
    segment: 0,
    of: 1,
  });
  const job = (isLate = () => false, nowMs = () => 0, client: DynamoDBClient = tables.client) =>
    new TestJob({ client, isLate, nowMs, nameOf: () => table });

  async function fill(count: number, name = table, state = "on"): Promise<void> {
    const puts = Array.from({ length: count }, (_, index) => ({
      PutRequest: { Item: { node: { S: "n" }, number: { N: String(index) }, state: { S: state } } },
    }));
    await batchWrite(puts, { client: tables.client, tableName: name });
  }
  async function itemsOf(TableName: string): Promise<Attributes[]> {
    const { Items = [] } = await tables.client.send(new ScanCommand({ TableName }));
    return Items;
  }

  it.each([
    ["a table that is not of the store", "time-series", "a"],
    ["a deployed name of the live slot", "rainhooks-prod-node-status", "a"],
    ["a slot that is none", "node-status", "c"],
  ])("nothing is read or deleted of %s", async (_, name, slot) => {
    await fill(1);
    const one = { ...segment(), table: name, slot: slot as Slot };
    const refused = {
      code: "input-invalid",
      message: `The request does not say a table of node-status and its slot, but ${name} and ${slot}.`,
    };
    await expect(async () =>
      clearSegment(job(), one, ["node", "number"], undefined, undefined),
    ).rejects.toMatchObject(refused);
    await expect(async () => copySegment(job(), one, "b", undefined)).rejects.toMatchObject(
      refused,
    );
    expect(await itemsOf(table)).toHaveLength(1);
  });

  it("a slot has items as soon as one of its parts has one", async () => {
    expect(await hasItems(job(), segment())).toBe(false);
    await fill(1);
    expect(await hasItems(job(), segment())).toBe(true);
    expect(await hasItems(job(), segment("b"))).toBe(false);
    const client = tables.newClient();
    let scans = 0;
    client.middlewareStack.add(
      (next) => (args) => {
        scans += 1;
        return next(args);
      },
      { step: "initialize" },
    );
    await fill(501);
    expect(await hasItems(job(undefined, undefined, client), segment())).toBe(true);
    expect(scans).toBe(1);
  });

  it("a slot that is copied replaces what the other one has, and goes on where a call has ended", async () => {
    await fill(501);
    await fill(1, `${table}-b`, "off");
    const late = job(() => true);
    const first = await copySegment(late, segment(), "b", undefined);
    expect([first.items, first.after]).toEqual([500, { node: { S: "n" }, number: { N: "499" } }]);
    const second = await copySegment(job(), segment(), "b", first.after);
    expect([second.items, second.after]).toEqual([1, undefined]);
    expect(await itemsOf(`${table}-b`)).toEqual(await itemsOf(table));
    expect(late.phases).toEqual(["copying"]);
  });

  it("a slot that is emptied loses all items, and no item of the other one", async () => {
    await fill(60);
    await fill(3, `${table}-b`);
    const all = job();
    const { items } = await clearSegment(all, segment(), ["node", "number"], undefined, undefined);
    expect([items, await itemsOf(table), all.waits, all.phases]).toEqual([
      60,
      [],
      [],
      ["dropping"],
    ]);
    expect(await itemsOf(`${table}-b`)).toHaveLength(3);
  });

  it("a slot that is emptied loses as many items in a second as it may", async () => {
    await fill(5);
    const two = job();
    await clearSegment(two, segment(), ["node", "number"], 2, undefined);
    expect([two.waits, await itemsOf(table)]).toEqual([[1000, 1000, 500], []]);

    await fill(2);
    const less = job();
    await clearSegment(less, segment(), ["node", "number"], 0.4, undefined);
    expect(less.waits).toEqual([2500, 2500]);

    await fill(4);
    let nowMs = 0;
    const slow = job(undefined, () => {
      nowMs += 600;
      return nowMs;
    });
    await clearSegment(slow, segment(), ["node", "number"], 1, undefined);
    expect(slow.waits).toEqual([400, 400, 400, 400]);

    await fill(4);
    const tooSlow = job(undefined, () => {
      nowMs += 1000;
      return nowMs;
    });
    await clearSegment(tooSlow, segment(), ["node", "number"], 1, undefined);
    expect(tooSlow.waits).toEqual([]);
  });

  /** A client whose tables process no write of some calls. */
  function busyClient(calls: number): DynamoDBClient {
    const client = tables.newClient();
    let left = calls;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== "BatchWriteItemCommand" || left === 0) return next(args);
          left -= 1;
          const { RequestItems } = Object(args.input);
          return { response: {}, output: { $metadata: {}, UnprocessedItems: RequestItems } };
        },
      { step: "initialize", name: "busy" },
    );
    return client;
  }

  it("a slot of a busy table is emptied some seconds later, if the command still holds the rebuild", async () => {
    await fill(2);
    const patient = job(undefined, undefined, busyClient(12));
    await clearSegment(patient, segment(), ["node", "number"], undefined, undefined);
    expect(await itemsOf(table)).toEqual([]);
    expect(patient.waits.filter((ms) => ms === 1000)).toHaveLength(2);
    expect(patient.phases).toEqual(["dropping", "dropping", "dropping"]);
  });

  it("a slot of a table that stays busy is not emptied, which is not permanent", async () => {
    await fill(2);
    const busy = job(undefined, undefined, busyClient(1000));
    await expect(
      clearSegment(busy, segment(), ["node", "number"], undefined, undefined),
    ).rejects.toMatchObject({
      code: "throttled",
      permanent: false,
      message: `Table ${table} is busy: it did not take an item in 10 tries.`,
    });
    expect(busy.waits.filter((ms) => ms === 1000)).toHaveLength(9);
    expect(await itemsOf(table)).toHaveLength(2);
  });
});
