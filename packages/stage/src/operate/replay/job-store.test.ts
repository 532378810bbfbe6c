import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import { scanAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { replaysTable } from "../../tables/stage-tables.ts";
import {
  cancelJob,
  createJob,
  LEASE_MS,
  listJobs,
  newJob,
  readJob,
  saveJob,
  takeJob,
} from "./job-store.ts";
import { NO_COUNTS, type ReplayRequest } from "./replay-job.ts";

const NOW_MS = 1_000_000;
const request: ReplayRequest = {
  webhook: "bell",
  fromMs: 100,
  toMs: 900,
  rate: 100,
  maxDeadLetters: 5,
};
const jobOf = (change: Partial<ReplayRequest> = {}, id = "r1", nowMs = NOW_MS) =>
  newJob(id, {
    request: { ...request, ...change },
    hours: { first: "2026/11/24/08", last: "2026/11/24/10", late: [] },
    planned: 3,
    startedBy: "arn:aws:iam::123456789012:user/me",
    nowMs,
  });

let tables: TestTables;
let table: TableAccess;
let number = 0;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  number += 1;
  table = { client: tables.client, tableName: `replays-${number}` };
  await tables.create({ ...replaysTable, name: table.tableName });
});

/** The table by a client of which a test changes what it does. */
function tableWith(
  send: (command: object, next: () => Promise<unknown>) => Promise<unknown>,
): TableAccess {
  const client: DynamoDBClient = Object.assign(Object.create(tables.client), {
    send: (command: never) => send(command, () => tables.client.send(command)),
  });
  return { ...table, client };
}

describe("a replay that is kept", () => {
  it("a replay that is new has read nothing, and is deleted with its lists when nobody has touched it for 90 days", async () => {
    const job = jobOf({ ids: ["a"], keys: ["k"], nodes: ["n"] });
    expect(job).toMatchObject({
      state: "running",
      counts: NO_COUNTS,
      resumed: 0,
      problems: [],
      version: 1,
    });
    await createJob(table, job);
    expect(await readJob(table, "r1")).toEqual(job);
    const saved = await saveJob(table, { ...job, updatedAtMs: NOW_MS + 1 });
    expect(saved).toMatchObject({ version: 2 });
    const items = await scanAll(table);
    const expiresAtS = (NOW_MS + 90 * DAY_MS) / 1000;
    expect(items.map(({ part, expiresAtS: atS }) => [part?.S, Number(atS?.N)])).toEqual([
      ["ids#0000", expiresAtS],
      ["job", expiresAtS + 1],
      ["keys#0000", expiresAtS],
    ]);
  });

  it("a replay is kept with lists that are too long for one item, in their order", async () => {
    const long = Array.from({ length: 12 }, (_, index) => `${index}${"x".repeat(160_000)}`);
    const short = Array.from({ length: 85_000 }, (_, index) =>
      String(index).padStart(4, "0").slice(-4),
    );
    const job = jobOf({ ids: short, keys: long, nodes: ["n"] });
    await createJob(table, job);
    expect(await readJob(table, "r1")).toEqual(job);
    const { ids: _ids, keys: _keys, ...rest } = job.request;
    const items = await scanAll(table);
    expect(await listJobs(table)).toEqual([{ ...job, request: rest }]);
    expect(items).toHaveLength(1 + 12 + 2);
  });

  it("replays are listed newest first", async () => {
    for (const [id, atMs] of [
      ["second", 2],
      ["third", 3],
      ["first", 1],
    ] as const)
      await createJob(table, jobOf({ ids: ["a"] }, id, atMs));
    expect((await listJobs(table)).map(({ id }) => id)).toEqual(["third", "second", "first"]);
  });

  it("a replay whose table is busy is not started, and nobody sees it", async () => {
    const busy = tableWith(async (command, next) =>
      command instanceof BatchWriteItemCommand
        ? { UnprocessedItems: command.input.RequestItems }
        : next(),
    );
    await expect(createJob(busy, jobOf({ ids: ["a"] }))).rejects.toMatchObject({
      code: "throttled",
      message: `Table ${table.tableName} is busy. Start the replay again.`,
    });
    expect(await listJobs(table)).toEqual([]);
  });

  it("a replay that nobody has started, or whose start was interrupted, is not found", async () => {
    const interrupted = tableWith(async (command, next) => {
      if (command instanceof PutItemCommand) throw new Error("the process has ended");
      return next();
    });
    await expect(createJob(interrupted, jobOf({ ids: ["a"] }))).rejects.toThrow();
    expect(await scanAll(table)).toHaveLength(1);
    for (const id of ["r1", "r2"])
      await expect(readJob(table, id)).rejects.toMatchObject({
        code: "not-found",
        message: `There is no replay ${id}. "rainhooks replay ls" lists them.`,
      });
  });

  it("a replay of another version of Rainhooks is refused", async () => {
    const Item = {
      job: { S: "r1" },
      part: { S: "job" },
      id: { S: "r1" },
      state: { S: "of tomorrow" },
    };
    await tables.client.send(new PutItemCommand({ TableName: table.tableName, Item }));
    await expect(readJob(table, "r1")).rejects.toMatchObject({
      code: "stage-unavailable",
      message: "Replay r1 was written by another version of Rainhooks. Use that version.",
    });
  });

  it("a replay is read as it was written last, since it is saved only as the next version of that", async () => {
    await createJob(table, jobOf());
    const reads: unknown[] = [];
    const seen = tableWith(async (command, next) => {
      reads.push(command);
      return next();
    });
    await readJob(seen, "r1");
    await listJobs(seen);
    expect(reads).toMatchObject([
      { input: { ConsistentRead: true } },
      { input: { ConsistentRead: true } },
    ]);
  });
});

describe("a replay that is taken or cancelled", () => {
  const take = async (nowMs: number, runner = "me") =>
    takeJob(table, await readJob(table, "r1"), { runner, nowMs });

  it("a replay that was interrupted counts that; one that was ended, or has failed, does not", async () => {
    await createJob(table, jobOf());
    const first = await take(NOW_MS);
    expect(first).toMatchObject({
      resumed: 0,
      runner: "me",
      leaseUntilMs: NOW_MS + 15_000,
      updatedAtMs: NOW_MS,
    });
    const message = "Replay r1 is running in another process.";
    await expect(take(NOW_MS + LEASE_MS - 1)).rejects.toMatchObject({
      code: "write-conflict",
      message,
    });
    const second = await take(NOW_MS + LEASE_MS, "other");
    expect(second).toMatchObject({ resumed: 1, runner: "other" });
    await saveJob(table, { ...second, state: "failed", reason: "It had to." });
    const third = await take(NOW_MS + LEASE_MS + 1);
    expect(third).toMatchObject({ resumed: 1, state: "running" });
    expect(third.reason).toBeUndefined();
    await saveJob(table, { ...third, runner: undefined, leaseUntilMs: undefined });
    expect(await take(NOW_MS + LEASE_MS + 2)).toMatchObject({ resumed: 1 });
  });

  it("a replay that is done is neither taken nor cancelled; one that is cancelled is not cancelled again", async () => {
    await createJob(table, jobOf());
    expect(await cancelJob(table, "r1", NOW_MS + 5)).toMatchObject({
      state: "cancelled",
      updatedAtMs: NOW_MS + 5,
    });
    await expect(cancelJob(table, "r1", 1)).rejects.toMatchObject({
      code: "input-invalid",
      message: "Replay r1 is cancelled already.",
    });
    const done = await saveJob(table, { ...(await take(NOW_MS)), state: "done" });
    await expect(take(NOW_MS + LEASE_MS)).rejects.toMatchObject({
      code: "input-invalid",
      message: "Replay r1 is done: there is nothing to resume.",
    });
    await expect(cancelJob(table, "r1", 1)).rejects.toMatchObject({
      code: "input-invalid",
      message: "Replay r1 is done already.",
    });
    expect(await readJob(table, "r1")).toEqual(done);
  });

  it("a replay whose counts are saved at the same moment is cancelled with them", async () => {
    await createJob(table, jobOf());
    const running = await take(NOW_MS);
    let saving: Promise<unknown> | undefined;
    const between = tableWith(async (command, next) => {
      if (command instanceof PutItemCommand)
        saving ??= saveJob(table, { ...running, counts: { ...NO_COUNTS, sent: 7 } });
      await saving;
      return next();
    });
    expect(await cancelJob(between, "r1", NOW_MS)).toMatchObject({
      state: "cancelled",
      counts: { sent: 7 },
    });
  });

  it("a replay is taken and cancelled once, if responses are lost and calls are repeated", async () => {
    const job = jobOf();
    await createJob(table, job);
    const lossy = { ...table, client: tables.newClient() };
    lossy.client.middlewareStack.add(
      (next) => async (args) => {
        await next(args).catch(() => undefined);
        return next(args);
      },
      { step: "initialize" },
    );
    expect(await takeJob(lossy, job, { runner: "one", nowMs: NOW_MS })).toMatchObject({
      runner: "one",
    });
    expect(await cancelJob(lossy, "r1", NOW_MS)).toMatchObject({ state: "cancelled" });
    lossy.client.destroy();
  });
});
