import { gzipSync } from "node:zlib";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, expect, it, jest } from "@jest/globals";
import { archiveHoursTable } from "@rainhooks/archive/hours/hours-table";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import type { TestReceiver } from "@rainhooks/testing/receiver";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { StageAccess } from "../../stage-access.ts";
import { replaysTable } from "../../tables/stage-tables.ts";
import { startQuietEndpoint } from "../../testing/quiet-endpoint.ts";
import type { Progress } from "../progress.ts";
import { saveJob } from "./job-store.ts";
import { planReplay } from "./plan-replay.ts";
import {
  cancelReplay,
  createReplay,
  listReplays,
  readReplay,
  resumeReplay,
  startReplay,
  untilFree,
} from "./run-job.ts";
import { replayTable } from "./target.ts";

const FROM_MS = Date.UTC(2026, 10, 24, 8);
const QUESTION = {
  webhook: "bell",
  fromMs: FROM_MS,
  toMs: FROM_MS + 1000,
  rate: 1000,
  maxDeadLetters: 5,
};

let tables: TestTables;
let server: BucketServer;
let quiet: TestReceiver;
let queues: MemoryQueues;
let access: StageAccess;
beforeAll(async () => {
  tables = await startTables();
  quiet = await startQuietEndpoint();
  for (const table of [replaysTable, archiveHoursTable]) await tables.create(table);
  const alerts = [0, 1, 2].map((index) => {
    const body = {
      event_type: "rmaker.event.alert",
      event_data: { node_id: `n${index}`, message_body: {} },
    };
    return JSON.stringify(
      deliveryOf(body, { id: `a${index}`, sentAtMs: FROM_MS + index, topic: "alerts" }),
    );
  });
  server = await startBucketServer({
    archive: { "deliveries/2026/11/24/08/a.gz": gzipSync(alerts.join("\n")) },
  });
});
afterAll(async () => {
  await server.stop();
  await quiet.stop();
  await tables.stop();
});
beforeEach(() => {
  queues = new MemoryQueues(Date.now);
  for (const name of ["bell-replay", "dead", "retries"]) queues.create(name, {});
  const replay = {
    queueUrl: queues.urlOf("bell-replay"),
    topics: { alert: "arn:aws:sns:us-east-1:1:alerts" },
  };
  const bell = { trigger: "topics", queueUrl: "bell", deadLetterQueueUrl: queues.urlOf("dead") };
  access = {
    clients: {
      s3: server.client,
      dynamodb: tables.client,
      sqs: new SQSClient(queues.clientOptions),
    },
    local: { dataDir: "", file: { endpoint: quiet.url } },
    outputs: {
      stage: "dev",
      archive: { bucket: "archive", bufferS: 0, queueUrl: undefined },
      tables: { replays: replaysTable.name, "archive-hours": archiveHoursTable.name },
      functions: {
        bell: { ...bell, replay },
        forward: { ...bell, replay: { ...replay, needsAddress: true, through: "retries" } },
        archive: { ...bell, queueUrl: undefined },
        own: bell,
        retries: { ...bell, trigger: "queue", queueUrl: queues.urlOf("retries") },
      },
    },
  } as unknown as StageAccess;
});

const progressOf = (steps: string[]) => (progress: Progress) => {
  if (progress.step === "read-archive")
    steps.push(`${progress.objects} ${progress.deliveries} ${progress.matched}`);
  else steps.push(progress.step);
};

it("a replay is planned, and sends what its plan has counted; then there is nothing to resume", async () => {
  const steps: string[] = [];
  const onProgress = progressOf(steps);
  const planned = await planReplay(access, QUESTION, { onProgress });
  expect(planned).toMatchObject({
    request: QUESTION,
    hours: { first: "2026/11/24/07" },
    plan: { objects: 1, read: 3, matched: 3, firstMs: FROM_MS, lastMs: FROM_MS + 2 },
  });
  const done = await startReplay(access, planned, { onProgress });
  expect(done).toMatchObject({ state: "done", planned: 3, counts: { sent: 3 }, request: QUESTION });
  expect(done.startedBy).toMatch(/^local user /);
  expect(queues.find("bell-replay")?.peek()).toHaveLength(3);
  expect(steps).toEqual(["1 0 0", "started", "send"]);
  expect((await listReplays(access)).map(({ id }) => id)).toEqual([done.id]);
  await expect(resumeReplay(access, done.id, {})).rejects.toThrow(`Replay ${done.id} is done`);
});

it("a replay that was cancelled goes on at the rate that is given, or as before", async () => {
  const { request, hours, plan } = await planReplay(access, QUESTION);
  for (const [id, change, changed] of [
    ["r1", {}, {}],
    ["r2", { rate: 7, maxDeadLetters: undefined }, { rate: 7 }],
    ["r3", { rate: undefined, maxDeadLetters: 0 }, { maxDeadLetters: 0 }],
  ] as const) {
    await createReplay(access, id, { request, hours, planned: plan.matched });
    expect(await cancelReplay(access, id)).toMatchObject({ state: "cancelled" });
    const resumed = await resumeReplay(access, id, change);
    expect(resumed).toMatchObject({ state: "done", request: { ...QUESTION, ...changed } });
  }
  await createReplay(access, "r4", { request, hours, planned: 3 });
  const stopped = await resumeReplay(access, "r4", {}, { signal: AbortSignal.abort() });
  expect([stopped.state, (await readReplay(access, "r4")).runner]).toEqual(["running", undefined]);
});

it.each([
  [
    { webhook: "gone" },
    "not-found",
    "Stage dev has no webhook gone. It has: bell, forward, archive, own.",
  ],
  [
    { webhook: "forward" },
    "input-invalid",
    "forward accepts replays for one part of it only, such as one destination. Name it as address",
  ],
  [
    { webhook: "archive" },
    "input-invalid",
    "archive gets no replays: it would archive again what is archived.",
  ],
  [
    { webhook: "own" },
    "input-invalid",
    'own gets no replays: handling an event twice might do harm. If not, set replay: "accept"',
  ],
  [{ toMs: FROM_MS }, "input-invalid", "fromMs must be before the end."],
  [
    { fromMs: FROM_MS + 3 },
    "not-found",
    "Nothing to replay: no delivery for bell that was published from 2026-11-24T08:00:00.003Z to 2026-11-24T08:00:01.000Z matches (3 deliveries read in 1 object).",
  ],
])("a replay of %j is not planned", async (change, code, message) => {
  await expect(planReplay(access, { ...QUESTION, ...change })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
});

it("a replay for one destination is planned with its address, up to now if nothing else is said", async () => {
  const { toMs: _, ...open } = QUESTION;
  const { request } = await planReplay(access, {
    ...open,
    webhook: "forward",
    address: "crm",
    wait: true,
  });
  expect(request).toMatchObject({ webhook: "forward", address: "crm" });
  expect(Date.now() - request.toMs).toBeLessThan(60_000);
  expect(request).not.toHaveProperty("wait");
});

it("a replay up to a time that may not be archived yet is not planned, unless its user waits", async () => {
  access = {
    ...access,
    outputs: { ...access.outputs, archive: { bucket: "archive", bufferS: 60 } },
  } as StageAccess;
  const question = { ...QUESTION, toMs: Date.now() - 1000 };
  await expect(planReplay(access, question)).rejects.toMatchObject({
    code: "input-invalid",
    message: expect.stringContaining("may be missing until the archive's buffer"),
  });
  const steps: string[] = [];
  const ending = new AbortController();
  const onProgress = (progress: Progress) => {
    progressOf(steps)(progress);
    ending.abort();
  };
  const waiting = planReplay(
    access,
    { ...question, wait: true },
    { signal: ending.signal, onProgress },
  );
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  expect(steps).toEqual(["wait"]);
  const { toMs: _, ...open } = QUESTION;
  const { request } = await planReplay(access, open);
  expect(Date.now() - request.toMs).toBeGreaterThanOrEqual(120_000);
});

it("a replay that its user ends keeps its place, and nobody runs it", async () => {
  const { id, ...ended } = await startReplay(access, await planReplay(access, QUESTION), {
    signal: AbortSignal.abort(),
  });
  // Of the object's last line, it cannot know yet that it is whole.
  expect(ended).toMatchObject({ state: "running", counts: { sent: 2 }, problems: [] });
  expect([ended.runner, ended.leaseUntilMs]).toEqual([undefined, undefined]);
  const done = await resumeReplay(access, id, {});
  expect(done).toMatchObject({ state: "done", resumed: 0, counts: { sent: 3 } });
});

it("a replay whose process was killed goes on when no other process can be running it; its user need not wait for that", async () => {
  const table = replayTable(access);
  const { request, hours } = await planReplay(access, QUESTION);
  let nowMs = Date.now();
  const time = jest.spyOn(Date, "now").mockImplementation(() => nowMs);
  const killed = async (id: string, leftMs: number) => {
    const job = await createReplay(access, id, { request, hours, planned: 3 });
    return saveJob(table, { ...job, runner: "x", leaseUntilMs: nowMs + leftMs });
  };
  try {
    await killed("k1", 30);
    const steps: string[] = [];
    const onProgress = (progress: Progress) => {
      progressOf(steps)(progress);
      nowMs += 30;
    };
    const { signal } = new AbortController();
    const startedMs = performance.now();
    const done = await resumeReplay(access, "k1", {}, { onProgress, signal });
    expect(done).toMatchObject({ state: "done", resumed: 1, counts: { sent: 3 } });
    expect(steps).toEqual(["wait", "send"]);
    expect(performance.now() - startedMs).toBeGreaterThan(29);
    const held = await killed("k2", 600_000);
    const ending = new AbortController();
    const left = resumeReplay(
      access,
      "k2",
      {},
      { signal: ending.signal, onProgress: () => ending.abort() },
    );
    expect(await left).toEqual(held);
  } finally {
    time.mockRestore();
  }
});

it("a replay for one destination waits while too many of its messages are to be tried again", async () => {
  const planned = await planReplay(access, { ...QUESTION, webhook: "forward", address: "crm" });
  for (let index = 0; index < 2001; index += 1) queues.find("retries")?.send("x");
  let nowMs = Date.now();
  // Each look at the clock is one at the queues, too.
  const time = jest.spyOn(Date, "now").mockImplementation(() => {
    nowMs += 6000;
    return nowMs;
  });
  const waits: unknown[] = [];
  const startedMs = performance.now();
  try {
    const done = await startReplay(access, planned, {
      onProgress: (progress) => {
        if (progress.step !== "send" || progress.wait === undefined) return;
        waits.push(progress.wait);
        queues.create("retries", {});
      },
    });
    expect(done).toMatchObject({ state: "done", counts: { sent: 3 } });
  } finally {
    time.mockRestore();
  }
  expect(waits).toEqual([{ for: "fewer-waiting", webhook: "forward", count: 2001 }]);
  expect(performance.now() - startedMs).toBeGreaterThan(990);
});

it("a replay that seems to run elsewhere is waited for, and refused if it does", async () => {
  const table = replayTable(access);
  const { request, hours } = await planReplay(access, QUESTION);
  const job = await createReplay(access, "held", { request, hours, planned: 3 });
  const held = await saveJob(table, { ...job, leaseUntilMs: 700 });
  if (held === undefined) throw new Error("It was not saved.");
  const slept: number[] = [];
  const waits: Progress[] = [];
  const clock = { nowMs: () => 100, sleep: async (ms: number) => void slept.push(ms) };
  const free = (options: object = {}) =>
    untilFree(table, held, { clock, onProgress: (one) => waits.push(one), ...options });
  expect(await free()).toEqual(held);
  expect([slept, waits]).toEqual([
    [600],
    [{ step: "wait", wait: { for: "other-process", leftMs: 600 } }],
  ]);
  // One that nobody runs, or whose process has ended, is not waited for.
  for (const one of [{ ...held, state: "failed" as const }, { ...held, leaseUntilMs: 100 }, job])
    expect(await untilFree(table, one, { clock })).toBe(one);
  expect(slept).toHaveLength(1);
  expect(await untilFree(table, held, { clock })).toEqual(held);
  await saveJob(table, held);
  await expect(free()).rejects.toMatchObject({
    code: "write-conflict",
    message: "Replay held is running in another process.",
  });
  expect(await free({ signal: AbortSignal.abort() })).toBe(held);
});
