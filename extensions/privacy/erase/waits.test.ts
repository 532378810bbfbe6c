import { createServer } from "node:http";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { localClients } from "@rainhooks/stage/clients";
import type { Progress } from "@rainhooks/stage/operate/progress";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { sweepState } from "../../alarms/sweep/sweep-state.ts";
import { alarmsTable, watchRulesTable } from "../../alarms/watch-tables.ts";
import { untilArchivedInTime, untilProcessed, untilSwept, waitingFunctions } from "./waits.ts";

const MINUTE_MS = 60_000;
const { timeout } = AbortSignal;
const urlOf = (queue: string) => `https://sqs.local/0/${queue}`;

/** A function with a queue of its name. */
const webhook = (name: string, more = {}) => ({
  trigger: "topics" as const,
  settings: {},
  queueUrl: urlOf(name),
  deadLetterQueueUrl: urlOf(`${name}-dead`),
  ...more,
});
const worker = (name: string) => ({
  ...webhook(name),
  trigger: "queue" as const,
  function: name,
  timeoutS: 1,
});

describe("what an erasure waits for", () => {
  /** When the oldest message of a queue was sent, by the queue's name. */
  let oldest: Record<string, number>;
  /** Numbers of messages, by the queue's name. */
  let messages: Record<string, { visible?: number; delayed?: number }>;
  let waits: Extract<Progress, { step: "wait" }>["wait"][];
  let stage: StageAccess;
  let tables: TestTables;
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    const service = createServer(({ method }, response) => {
      // A connection that this server closes while it is used again looks like another emulator.
      const headers = { "content-type": "application/json", connection: "close" };
      response.writeHead(method === "POST" ? 204 : 200, headers);
      response.end(JSON.stringify(oldest));
    });
    const endpoint = await listenOnLoopback(service);
    tables = await startTables();
    for (const table of [watchRulesTable, alarmsTable]) await tables.create(table);
    const sqs = new SQSClient({
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    sqs.middlewareStack.add(
      () =>
        async ({ input }) => {
          const { visible = 0, delayed = 0 } =
            messages[Object(input).QueueUrl.split("/").at(-1)] ?? {};
          const Attributes = {
            ApproximateNumberOfMessages: visible,
            ApproximateNumberOfMessagesDelayed: delayed,
          };
          return { response: {}, output: Object({ Attributes }) };
        },
      { step: "initialize" },
    );
    stage = {
      clients: { ...localClients(endpoint), sqs, dynamodb: tables.client },
      local: { dataDir: "/nowhere", file: { endpoint } as never },
      outputs: {
        stage: "local",
        region: "us-east-1",
        integration: "i",
        parameters: {},
        functions: {},
        tables: { "watch-rules": watchRulesTable.name, alarms: alarmsTable.name },
        archive: { bucket: "archive", stream: "s", bufferS: 0, queueUrl: urlOf("archive") },
      },
    };
    stops.push(
      () => service.close(),
      () => tables.stop(),
      () => sqs.destroy(),
    );
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });
  beforeEach(() => {
    [oldest, messages, waits] = [{}, {}, []];
  });
  afterEach(() => {
    AbortSignal.timeout = timeout;
  });

  const withFunctions = (functions: StageAccess["outputs"]["functions"]): StageAccess => ({
    ...stage,
    outputs: { ...stage.outputs, functions },
  });
  const limits = (maxWaitMs: number, signal?: AbortSignal) => ({
    maxWaitMs,
    signal,
    onProgress: (progress: Progress) => {
      if (progress.step === "wait") waits.push(progress.wait);
    },
  });

  const ago = (ms: number) => Date.now() - ms;

  it("an erasure waits for messages of all functions, also of replays, and counts them by function", async () => {
    const replay = { queueUrl: urlOf("crm-replay"), topics: {} };
    messages = {
      crm: { visible: 1 },
      "crm-replay": { visible: 2, delayed: 4 },
      jobs: { visible: 8 },
    };
    const access = withFunctions({
      crm: webhook("crm", { replay }),
      idle: webhook("idle"),
      jobs: worker("jobs"),
    });
    expect(await waitingFunctions(access)).toEqual([
      { webhook: "crm", messages: 7 },
      { webhook: "jobs", messages: 8 },
    ]);
  });

  it("a function has handled what was published before if its oldest message came later, also of its replays", async () => {
    const replay = { queueUrl: urlOf("crm-replay"), topics: {} };
    const access = withFunctions({ crm: webhook("crm", { replay }), own: webhook("own") });
    const late = (toMs: number) => untilProcessed(access, toMs, limits(1), new Set());
    oldest = { crm: ago(MINUTE_MS), "crm-replay": ago(5 * MINUTE_MS) };
    expect(await late(ago(6 * MINUTE_MS))).toEqual([]);
    expect(waits).toEqual([]);
    expect(await late(ago(3 * MINUTE_MS))).toEqual(["crm"]);
    expect(waits[0]).toEqual({ for: "handled", webhook: "crm", leftMs: 1 });
    oldest = { crm: ago(MINUTE_MS) };
    expect(await late(ago(3 * MINUTE_MS))).toEqual([]);
  });

  it("an erasure goes on as soon as a function has handled it, and waits for each at the same time", async () => {
    const access = withFunctions({ crm: webhook("crm"), own: webhook("own") });
    oldest = { crm: 1, own: 1 };
    const onProgress = () => {
      oldest = {};
    };
    const done = untilProcessed(
      access,
      ago(MINUTE_MS),
      { maxWaitMs: 30_000, onProgress },
      new Set(),
    );
    expect(await done).toEqual([]);
  });

  it("an erasure does not wait for what is paused, nor again for what was late before", async () => {
    const access = withFunctions({
      crm: webhook("crm", { paused: true }),
      own: webhook("own"),
      b: webhook("b"),
    });
    oldest = { crm: 1, own: 1 };
    expect(await untilProcessed(access, ago(MINUTE_MS), limits(60_000), new Set(["own"]))).toEqual([
      "own",
    ]);
    expect(waits).toEqual([]);
  });

  it("a worker with delayed messages is late, for it may have sent them to itself", async () => {
    const access = withFunctions({
      jobs: worker("jobs"),
      crm: webhook("crm"),
      idle: worker("idle"),
    });
    messages = { jobs: { delayed: 1 }, crm: { delayed: 1 }, idle: { visible: 1 } };
    expect(await untilProcessed(access, ago(MINUTE_MS), limits(1), new Set())).toEqual(["jobs"]);
  });

  it("an erasure fails if stores are late, for what they write stays", async () => {
    const names = ["crm", "archive", "node-status", "time-series"];
    const access = withFunctions(Object.fromEntries(names.map((name) => [name, webhook(name)])));
    oldest = Object.fromEntries(names.map((name) => [name, 1]));
    const before = new Set(["node-status"]);
    await expect(untilProcessed(access, ago(MINUTE_MS), limits(1), before)).rejects.toMatchObject({
      code: "stage-unavailable",
      message: expect.stringMatching(
        /^archive and node-status and time-series did not handle in time/,
      ),
    });
    // A store is waited for again.
    expect(new Set(waits.map((wait) => wait.for === "handled" && wait.webhook))).toEqual(
      new Set(names),
    );
  });

  it("a wait ends when the erasure is stopped", async () => {
    const access = withFunctions({ crm: webhook("crm") });
    oldest = { crm: 1 };
    const ending = new AbortController();
    const onProgress = () => ending.abort(new Error("ended"));
    const options = { ...limits(60_000, ending.signal), onProgress };
    await expect(untilProcessed(access, ago(MINUTE_MS), options, new Set())).rejects.toThrow(
      "abort",
    );
  });

  /** Lets the time of an erasure pass at once; returns how long it would have been. */
  function passTime(): number[] {
    const times: number[] = [];
    AbortSignal.timeout = (ms) => {
      times.push(ms);
      return AbortSignal.abort(new Error("timeout"));
    };
    return times;
  }

  it("an erasure fails if the archive has not written in time what was published, with time for its metrics", async () => {
    oldest = { archive: 1 };
    const times = passTime();
    await expect(untilArchivedInTime(stage, ago(MINUTE_MS), limits(7))).rejects.toMatchObject({
      code: "stage-unavailable",
      message: expect.stringContaining("archive did not handle in time"),
    });
    expect([times, waits.map((wait) => wait.for)]).toEqual([
      [10 * MINUTE_MS + 7],
      ["archive-queue"],
    ]);
    oldest = {};
    AbortSignal.timeout = timeout;
    await untilArchivedInTime(stage, ago(MINUTE_MS), limits(7, new AbortController().signal));
  });

  it("a wait for the archive fails as what ends it says, if that is not its time", async () => {
    oldest = { archive: 1 };
    const signal = AbortSignal.abort(new Error("ended"));
    await expect(untilArchivedInTime(stage, ago(MINUTE_MS), limits(7, signal))).rejects.toThrow(
      "abort",
    );
    const onProgress = () => {
      throw new Error("lost");
    };
    const failing = { ...limits(7), onProgress };
    await expect(untilArchivedInTime(stage, ago(MINUTE_MS), failing)).rejects.toThrow("lost");
  });

  describe("sweeps of alarms", () => {
    const alarms = { name: "off", kind: "offline", for: "10m", severity: "high" };
    const states = JSON.stringify([{ fromMs: 0, version: 1, status: "in-force", rule: alarms }]);
    const write = (state: Parameters<typeof sweepState.write>[1]) =>
      sweepState.write({ client: tables.client, tableName: alarmsTable.name }, state);
    const isSwept = (afterMs: number) => untilSwept(stage, afterMs, limits(1));

    it("an erasure of a stage without alarm rules does not wait for a sweep", async () => {
      await write({ passes: { high: { sweptMs: Date.now() } } });
      expect(await isSwept(Date.now() + MINUTE_MS)).toBe(true);
    });

    it("an erasure waits for a sweep that has begun later, unless none runs", async () => {
      const Item = marshall({ name: "off", revision: 1, states });
      await tables.client.send(new PutItemCommand({ TableName: watchRulesTable.name, Item }));
      await write({ passes: { high: { sweptMs: ago(MINUTE_MS) } } });
      expect(await isSwept(ago(2 * MINUTE_MS))).toBe(true);
      expect(waits).toEqual([]);
      expect(await isSwept(Date.now())).toBe(false);
      expect(waits[0]).toEqual({ for: "swept", leftMs: 1 });
      const sweptMs = Date.now();
      await write({ passes: { high: { sweptMs } } });
      expect(await isSwept(sweptMs)).toBe(false);
      await write({ passes: { high: { sweptMs: ago(29 * MINUTE_MS) } } });
      expect(await isSwept(Date.now())).toBe(false);
      await write({ passes: { high: { sweptMs: ago(31 * MINUTE_MS) } } });
      expect(await isSwept(Date.now())).toBe(true);
      // What waits for a store publishes nothing.
      await write({ passes: { high: { sweptMs: ago(MINUTE_MS) } }, waitingSinceMs: 1 });
      expect(await isSwept(Date.now())).toBe(true);
      await write({ passes: {} });
      expect(await isSwept(Date.now())).toBe(true);
    });
  });
});
