import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { collect } from "@rainhooks/core/collections";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { type ErrorCode, RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { ItemFailure, Sink } from "@rainhooks/sinks/sink";
import { deliveryOf } from "@rainhooks/testing/samples";
import { type LinesAt, PARTITIONS, partitionOf } from "../work/partitions.ts";
import { TestJob } from "../work/testing/test-job.ts";
import { keepObjects, writeRows } from "./fill-work.ts";

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
  return deliveryOf({ event_type: `rmaker.event.${type}`, event_data }, { id, sentAtMs, topic: type });
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

const failure = (code: ErrorCode, permanent: boolean) => new RainhooksError(code, "It is so.", { permanent });
const write = (job: WriteJob, partition = 0, after?: string) => writeRows(job, "b", partition, after);

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
    job.failureOf = (id) => (id !== "a" && job.writes.length < 3 ? failure("throttled", false) : undefined);
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
      ...{ code: "throttled", permanent: false, message: "It is so. It was tried 10 times." },
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
    const [same, other] = ["n1", "n2"];
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
      ...[connected("known", "n1"), delivery("undecodable", "alert", {}), "no delivery"],
      delivery("of another webhook", "node_registered", { node_id: "n1" }),
      connected("younger", "n1", START_MS + 1),
    ]);
    const job = keepJob();
    expect(await keepObjects(job, keys, ALL, 0)).toEqual({
      ...{ deliveries: 2, events: 1, unknown: 0, unreadable: 1 },
    });
    expect(await idsIn(job, partitionOf("n1"))).toEqual(["known"]);

    const early = put([connected("early", "n1", START_MS - 1), connected("known", "n1")]);
    const since = keepJob(60, START_MS);
    expect(await keepObjects(since, early, ALL, 0)).toEqual({
      ...{ deliveries: 2, events: 2, unknown: 1, unreadable: 0 },
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
