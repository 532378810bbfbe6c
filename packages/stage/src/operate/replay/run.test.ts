import { gzipSync } from "node:zlib";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import type { MemoryQueue } from "@rainhooks/testing/memory-queue";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import fc from "fast-check";
import { replaysTable } from "../../tables/stage-tables.ts";
import type { Wait } from "../progress.ts";
import { countDeliveries } from "./count-deliveries.ts";
import { cancelJob, createJob, LEASE_MS, readJob, takeJob } from "./job-store.ts";
import { maxRepeats, NO_COUNTS, type ReplayJob, type ReplayRequest } from "./replay-job.ts";
import { type ReplayDependencies, runReplay } from "./run.ts";

const ALERT = "arn:aws:sns:us-east-1:123456789012:esp_rainmaker_sns_node_alert";
const CONNECTED = "arn:aws:sns:us-east-1:123456789012:esp_rainmaker_sns_node_connected";
const subscribed = { topics: { alert: ALERT, node_connected: CONNECTED } };
const hours = { first: "2026/11/24/08", last: "2026/11/24/10", late: [] };
const request: ReplayRequest = {
  webhook: "bell",
  fromMs: 30,
  toMs: 270,
  rate: 100,
  maxDeadLetters: 3,
};

const QUICK = { ...DEFAULT_RETRY, sleep: async () => undefined };

/** Every third one is an alert, every third one is of another topic. */
function delivery(index: number): Delivery {
  const name = ["alert", "connected", "config_modified"][index % 3];
  return {
    id: `id-${index}`,
    sentAtMs: index,
    topic: `esp_rainmaker_sns_node_${name}`,
    attributes: { node_id: `n${index % 10}` },
    body: JSON.stringify({
      event_type: `rmaker.event.${name === "connected" ? "node_connected" : name}`,
      event_data: { node_id: `n${index % 10}`, message_body: "{}" },
    }),
  };
}
const all = Array.from({ length: 300 }, (_, index) => delivery(index));
const wantedIn = ({ fromMs, toMs }: Pick<ReplayRequest, "fromMs" | "toMs">) =>
  all.filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs < toMs && sentAtMs % 3 < 2);
const wanted = wantedIn(request);
const idsOf = (deliveries: readonly { readonly id: string }[]) => deliveries.map(({ id }) => id);

function object(from: number, to: number, broken = ""): Buffer {
  const lines = all.slice(from, to).map((one) => JSON.stringify(one));
  return gzipSync(
    `${[...lines.slice(0, 5), ...(broken === "" ? [] : [broken]), ...lines.slice(5)].join("\n")}\n`,
  );
}

describe("a replay", () => {
  let tables: TestTables;
  let server: BucketServer;
  let number = 0;
  let world: World;

  interface World {
    nowMs: number;
    readonly table: TableAccess;
    readonly queue: MemoryQueue;
    readonly letters: MemoryQueue;
    /** Calls until everything fails, as if the process had ended. */
    callsLeft: number;
    readonly sqs: SQSClient;
    readonly parts: ReplayDependencies;
  }

  beforeAll(async () => {
    tables = await startTables();
    server = await startBucketServer({
      good: {
        "deliveries/2026/11/24/08/a.gz": object(0, 100),
        "deliveries/2026/11/24/08/b.gz": object(100, 110),
        "deliveries/2026/11/24/09/c.gz": object(110, 250),
        "deliveries/2026/11/24/10/d.gz": object(250, 300),
      },
      broken: {
        "deliveries/2026/11/24/08/a.gz": object(0, 100, "not a delivery"),
        "deliveries/2026/11/24/09/b.gz": object(100, 250).subarray(0, 1000),
        "deliveries/2026/11/24/10/c.gz": object(250, 300, '{"id":1}'),
      },
      garbage: {
        "deliveries/2026/11/24/08/a.gz": gzipSync("{\n".repeat(15)),
        "deliveries/2026/11/24/08/b.gz": gzipSync("{\n".repeat(10)),
      },
      poison: {
        "deliveries/2026/11/24/08/a.gz": object(
          0,
          300,
          JSON.stringify({ ...delivery(33), body: "no JSON" }),
        ),
      },
    });
  });
  afterAll(async () => {
    await server.stop();
    await tables.stop();
  });
  beforeEach(async () => {
    world = await newWorld();
  });

  async function newWorld(bucket = "good"): Promise<World> {
    number += 1;
    const tableName = `replays-${number}`;
    await tables.create({ ...replaysTable, name: tableName });
    const state = { nowMs: 1_000_000, callsLeft: Number.POSITIVE_INFINITY };
    const queues = new MemoryQueues(() => state.nowMs);
    const queue = queues.create("bell-replay", {});
    const letters = queues.create("dead", {});
    const sqs = new SQSClient(queues.clientOptions);
    const count = () => {
      state.callsLeft -= 1;
      if (state.callsLeft < 0) throw new Error("the process has ended");
    };
    const client: DynamoDBClient = Object.assign(Object.create(tables.client), {
      send: async (command: never) => {
        count();
        return tables.client.send(command);
      },
    });
    sqs.middlewareStack.add(
      (next) => async (args) => {
        count();
        return next(args);
      },
      { step: "initialize" },
    );
    const table = { client, tableName };
    const sleep = async (ms: number) => {
      state.nowMs += ms;
    };
    const parts: ReplayDependencies = {
      table,
      archive: { client: server.client, bucket },
      queue: { sqs, queueUrl: queues.urlOf("bell-replay"), retry: QUICK },
      deadLetterQueueUrl: queues.urlOf("dead"),
      subscribed,
      clock: { nowMs: () => state.nowMs, sleep },
    };
    return Object.assign(state, { table, queue, letters, sqs, parts });
  }

  async function start(change: Partial<ReplayRequest> = {}): Promise<ReplayJob> {
    const job: ReplayJob = {
      id: "job-1",
      request: { ...request, ...change },
      state: "running",
      startedBy: "arn:aws:iam::123456789012:user/me",
      createdAtMs: world.nowMs,
      updatedAtMs: world.nowMs,
      version: 1,
      hours,
      planned: wanted.length,
      counts: NO_COUNTS,
      resumed: 0,
      problems: [],
    };
    await createJob(world.table, job);
    return job;
  }

  const take = (job: ReplayJob, runner = "me") =>
    takeJob(world.table, job, { runner, nowMs: world.nowMs });
  const run = async (job: ReplayJob, more: Partial<ReplayDependencies> = {}) =>
    runReplay(await take(job), { ...world.parts, ...more });
  const plan = () =>
    countDeliveries(request, {
      archive: world.parts.archive,
      hours,
      subscribed,
    });
  const received = () =>
    world.queue.peek().map(({ body, attributes }) =>
      readDelivery({
        messageId: "m",
        body,
        messageAttributes: {
          rainhooks_replay: { stringValue: attributes["rainhooks_replay"]?.StringValue },
        },
      }),
    );

  it("a replay sends what was published in its range on topics of the webhook, as it was, with its job", async () => {
    const done = await run(await start());
    expect(received()).toEqual(wanted.map((one) => ({ ...one, replay: { job: "job-1" } })));
    expect(done).toMatchObject({
      state: "done",
      counts: {
        objects: 4,
        read: 300,
        matched: wanted.length,
        sent: wanted.length,
        failed: 0,
        unreadable: 0,
      },
      resumed: 0,
      problems: [],
    });
    expect(await readJob(world.table, "job-1")).toEqual(done);
  });

  it.each([
    ["an event", { events: ["rmaker.event.alert"] as const }, 0, 3],
    ["a node", { nodes: ["n4", "nobody"] }, 4, 10],
    ["ids", { ids: ["id-102", "id-103", "id-104", "id-1"] }, undefined, 1],
    ["objects", { keys: ["deliveries/2026/11/24/08/b.gz"] }, undefined, 1],
  ])("a replay sends only those of %s", async (_, change, rest, of) => {
    await run(await start(change));
    const ids = idsOf(received());
    const some =
      rest === undefined ? undefined : wanted.filter(({ sentAtMs }) => sentAtMs % of === rest);
    if (some !== undefined) expect(ids).toEqual(idsOf(some));
    else if ("ids" in change) expect(ids).toEqual(["id-102", "id-103"]);
    else
      expect(ids).toEqual(
        idsOf(wanted.filter(({ sentAtMs }) => sentAtMs >= 100 && sentAtMs < 110)),
      );
  });

  it("a replay keeps to the filter policy of the subscriptions, and carries an address", async () => {
    const policy = { ...subscribed, filterPolicy: { node_id: ["n1", "n2"] } };
    await run(await start({ address: "pager" }), { subscribed: policy });
    const some = wanted.filter(({ attributes }) =>
      ["n1", "n2"].includes(attributes["node_id"] ?? ""),
    );
    expect(received()).toEqual(
      some.map((one) => ({ ...one, replay: { job: "job-1", address: "pager" } })),
    );
  });

  it("a replay keeps to its rate, and is saved about once a second", async () => {
    const atMs: number[] = [];
    const startMs = world.nowMs;
    await run(await start({ rate: 50 }), {
      onProgress: ({ updatedAtMs }) => atMs.push(updatedAtMs - startMs),
    });
    const expectedS = wanted.length / 50;
    expect(Math.abs((atMs.at(-1) ?? 0) / 1000 - expectedS)).toBeLessThan(1);
    expect(atMs.length).toBeGreaterThanOrEqual(Math.floor(expectedS));
    expect(atMs.length).toBeLessThan(expectedS + 5);
    // Not all of a second at once.
    const sent = world.queue.peek().map(({ sentAtMs }) => sentAtMs);
    const atOnce = sent.map((one) => sent.filter((other) => other === one).length);
    expect(Math.max(...atOnce)).toBe(5);
  });

  it("a replay sends no more between two saves than it may send again, and keeps its lease by each", async () => {
    const saves: ReplayJob[] = [];
    const keys = ["deliveries/2026/11/24/09/c.gz"];
    await run(await start({ keys, rate: 40 }), { onProgress: (job) => saves.push(job) });
    expect(saves.map(({ counts }) => counts.sent)).toEqual([40, 80, 93]);
    expect(saves[0]).toMatchObject({ leaseUntilMs: (saves[0]?.updatedAtMs ?? 0) + LEASE_MS });
  });

  it("a replay reports and skips what cannot be read, and is done", async () => {
    world = await newWorld("broken");
    const done = await run(await start());
    const [first, second, third] = done.problems;
    expect(done).toMatchObject({ state: "done", counts: { unreadable: 3 } });
    expect(first).toBe("deliveries/2026/11/24/08/a.gz, line 6: the line is not a delivery");
    expect(second).toMatch(/^deliveries\/2026\/11\/24\/09\/b.gz: the gzipped object is broken/);
    expect(third).toBe("deliveries/2026/11/24/10/c.gz, line 6: the line is not a delivery");
    expect(await plan()).toMatchObject({
      unreadable: 3,
      matched: done.counts.matched,
      problems: done.problems,
    });
  });

  it("a replay keeps the first twenty of what cannot be read", async () => {
    world = await newWorld("garbage");
    const { counts, problems } = await run(await start());
    expect([counts.unreadable, problems.length]).toEqual([25, 20]);
    expect(problems[19]).toBe("deliveries/2026/11/24/08/b.gz, line 5: the line is not a delivery");
  });

  it("a replay sends nothing that cannot be decoded; the plan and the job count it", async () => {
    world = await newWorld("poison");
    expect(await plan()).toMatchObject({ matched: wanted.length + 1, undecodable: 1 });
    const { counts, state } = await run(await start());
    const sent = wanted.length;
    expect([state, counts]).toMatchObject(["done", { matched: sent + 1, sent, undecodable: 1 }]);
    expect(received().filter(({ body }) => body === "no JSON")).toEqual([]);
  });

  it("a replay counts what the queue can never take", async () => {
    world.sqs.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { Entries } = args.input as { Entries?: { MessageBody: string }[] };
        const refused =
          Entries?.findIndex(({ MessageBody }) => MessageBody.includes('"id-102"')) ?? -1;
        if (refused < 0) return result;
        const Failed = [
          {
            Id: String(refused),
            SenderFault: true,
            Code: "InvalidMessageContents",
            Message: "too odd",
          },
        ];
        return { ...result, output: Object.assign(result.output, { Failed }) };
      },
      { step: "initialize" },
    );
    const done = await run(await start({ keys: ["deliveries/2026/11/24/08/b.gz"] }));
    expect(done).toMatchObject({ state: "done", counts: { failed: 1, matched: 7, sent: 6 } });
    expect(done.problems).toEqual(["delivery id-102: InvalidMessageContents: too odd"]);
  });

  it("a replay goes on from its last save although its process ends at any moment: matched is exact, no gap", async () => {
    const range = { fromMs: 80, toMs: 140 };
    const some = wantedIn(range);
    const kills = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 5 });
    const rates = fc.constantFrom(7, 100, 3000);
    await fc.assert(
      fc.asyncProperty(kills, rates, async (calls, rate) => {
        world = await newWorld();
        await start({ ...range, rate });
        for (const callsLeft of calls) {
          const job = await readJob(world.table, "job-1");
          if (job.state === "done") break;
          const taken = await take(job);
          world.callsLeft = callsLeft;
          await runReplay(taken, world.parts);
          world.callsLeft = Number.POSITIVE_INFINITY;
          world.nowMs += LEASE_MS;
        }
        const last = await readJob(world.table, "job-1");
        const done = last.state === "done" ? last : await run(last);
        const { matched, sent, read, objects } = done.counts;
        expect([matched, sent, read, objects]).toEqual([some.length, some.length, 300, 4]);
        const ids = idsOf(received());
        expect(new Set(ids)).toEqual(new Set(idsOf(some)));
        expect(ids.length).toBeLessThanOrEqual(sent + maxRepeats(done));
        expect(done.resumed).toBeLessThanOrEqual(calls.length);
      }),
      { numRuns: 10 },
    );
  });

  it("a replay counts unreadable lines once, however often it is resumed", async () => {
    const kills = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(kills, async (calls) => {
        world = await newWorld("broken");
        await start({ fromMs: 230, toMs: 270, rate: 4 });
        for (const callsLeft of calls) {
          const taken = await take(await readJob(world.table, "job-1"));
          world.callsLeft = callsLeft;
          await runReplay(taken, world.parts);
          world.callsLeft = Number.POSITIVE_INFINITY;
          world.nowMs += LEASE_MS;
          if ((await readJob(world.table, "job-1")).state === "done") return;
        }
        expect((await run(await readJob(world.table, "job-1"))).counts.unreadable).toBe(3);
      }),
      { numRuns: 6 },
    );
  });

  it("a replay is run by one process at a time", async () => {
    const job = await start();
    const [one, other] = await Promise.allSettled([take(job, "one"), take(job, "other")]);
    expect([one?.status, other?.status].sort()).toEqual(["fulfilled", "rejected"]);
    const taken = await readJob(world.table, "job-1");
    await expect(take(taken, "third")).rejects.toMatchObject({ code: "write-conflict" });
    world.nowMs += LEASE_MS;
    expect(await take(taken, "third")).toMatchObject({ runner: "third", resumed: 1 });
    // The process before finds out at its next save, and does not say that it is done.
    expect(await runReplay(taken, world.parts)).toMatchObject({
      state: "running",
      runner: "third",
    });
    expect(await readJob(world.table, "job-1")).toMatchObject({ counts: { sent: 0 } });
  });

  it("a replay stops when it is cancelled, and can be resumed", async () => {
    let [isWanted, cancelling]: [boolean, Promise<unknown> | undefined] = [false, undefined];
    // In the middle of a send, so that the job does not end or save before.
    world.sqs.middlewareStack.add(
      (next) => async (args) => {
        if (isWanted) cancelling ??= cancelJob(world.table, "job-1", world.nowMs);
        await cancelling;
        return next(args);
      },
      { step: "initialize" },
    );
    const cancelled = await run(await start({ rate: 50 }), {
      onProgress: ({ counts }) => {
        isWanted ||= counts.sent > 50;
      },
    });
    expect(cancelled.state).toBe("cancelled");
    expect(cancelled.counts.sent).toBeLessThan(wanted.length);
    expect(await run(cancelled)).toMatchObject({
      state: "done",
      counts: { matched: wanted.length },
    });
    expect(new Set(idsOf(received()))).toEqual(new Set(idsOf(wanted)));
  });

  it("a replay ends between two sends when its user wants it to, and is resumed without sending anything twice", async () => {
    const ending = new AbortController();
    const ended = await run(await start({ rate: 50 }), {
      signal: ending.signal,
      onProgress: ({ counts }) => counts.sent > 50 && ending.abort(),
    });
    expect(ended).toMatchObject({ state: "running", resumed: 0 });
    expect(ended.counts.sent).toBeLessThan(wanted.length);
    const done = await run(ended);
    expect(done).toMatchObject({ state: "done", resumed: 0, counts: { sent: wanted.length } });
    expect(idsOf(received())).toEqual(idsOf(wanted));
  });

  it("a replay fails when the webhook's dead letters grow, and goes on when it is resumed", async () => {
    for (let index = 0; index < 3; index += 1) world.letters.send("old");
    const failed = await run(await start({ fromMs: 100, toMs: 160, rate: 4 }), {
      onProgress: () => {
        world.letters.send("new");
      },
    });
    expect(failed).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("5 records more than before"),
    });
    expect(await run(failed)).toMatchObject({ state: "done", counts: { matched: 40 } });
  });

  it("a replay waits while too much is in the webhook's queue", async () => {
    const waits: Wait[] = [];
    const handled = () => {
      for (const { receiptHandle } of world.queue.receive(50)) world.queue.delete(receiptHandle);
    };
    const done = await run(await start({ fromMs: 100, toMs: 160, rate: 4 }), {
      maxWaiting: 10,
      onProgress: (_, waiting) => {
        if (waiting === undefined) return;
        waits.push(waiting);
        handled();
      },
    });
    expect(done.state).toBe("done");
    expect(waits[0]).toEqual({ for: "fewer-waiting", webhook: "bell", count: expect.any(Number) });
  });

  it("a replay fails with the reason, also when nothing can be saved any more", async () => {
    const gone = { ...world.parts.archive, bucket: "no-such-bucket" };
    expect(await run(await start(), { archive: gone })).toMatchObject({
      state: "done",
      counts: { read: 0 },
    });
    world = await newWorld();
    const taken = await take(await start());
    world.callsLeft = 3;
    expect(await runReplay(taken, world.parts)).toMatchObject({
      state: "failed",
      reason: expect.stringContaining("the process has ended"),
    });
    world.callsLeft = Number.POSITIVE_INFINITY;
    expect(await readJob(world.table, "job-1")).toMatchObject({ state: "running" });
  });
});
