import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { auditsTable } from "../tables/stage-tables.ts";
import { beginAudit, updateAudit } from "./audits.ts";
import { aliveFields, cancelLongWork, keepAlive, listLongWork, workStateOf } from "./long-work.ts";
import type { AuditTable } from "./put-audit.ts";

let tables: TestTables;
let table: AuditTable;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(auditsTable);
  table = { client: tables.client, tableName: auditsTable.name, keepDays: 400 };
});
afterAll(() => tables.stop());

const NOW_MS = Date.UTC(2026, 10, 24, 8);

/** Begins work as the frame of operations does. */
async function begin(title: string, startedAtMs: number) {
  const begun = {
    operation: "rebuild",
    caller: "ann",
    door: "terminal",
    request: {},
    startedAtMs,
  } as const;
  return {
    id: await beginAudit(table, { ...begun, ...aliveFields(title, startedAtMs) }),
    startedAtMs,
  };
}

it("long work is shown to all doors while its process is alive, and as stopped after the process was killed", async () => {
  await begin("Rebuild node-status", NOW_MS);
  await beginAudit(table, {
    operation: "pause",
    caller: "ann",
    door: "terminal",
    request: {},
    startedAtMs: NOW_MS,
  });
  const [work, ...others] = await listLongWork(table, NOW_MS);
  expect([work, others]).toMatchObject([{ title: "Rebuild node-status", caller: "ann" }, []]);
  if (work === undefined) throw new Error("It is not listed.");
  expect(
    [NOW_MS, NOW_MS + 119_999, NOW_MS + 120_000].map((nowMs) => workStateOf(work, nowMs)),
  ).toEqual(["running", "running", "stopped"]);
  const ended = await updateAudit(table, work, { outcome: "done" });
  expect(workStateOf(ended, NOW_MS)).toBe("done");
  await expect(cancelLongWork(table, work.id, "bob")).rejects.toMatchObject({
    code: "input-invalid",
    message: `The job ${work.id} is done.`,
  });
  for (const id of ["", "gone", "20261124-080000-gone"])
    await expect(cancelLongWork(table, id, "bob")).rejects.toMatchObject({
      code: "not-found",
      message: `There is no job ${id}.`,
    });
});

it("long work says what it does, and ends when another process asks it to", async () => {
  const startedAtMs = Date.now();
  const key = await begin("Replay", startedAtMs);
  const seen: unknown[] = [];
  const given = new AbortController();
  const onProgress = (progress: unknown) => seen.push(progress);
  const { options, stop } = keepAlive(table, key, { onProgress, signal: given.signal }, 1);
  const aborted = new Promise((resolve) => options.signal?.addEventListener("abort", resolve));
  options.onProgress?.({ step: "copy-rows" });
  await untilWritten(key, startedAtMs);
  expect(options.signal?.aborted).toBe(false);
  await cancelLongWork(table, key.id, "bob");
  await aborted;
  stop();
  expect(options.signal?.reason).toMatchObject({
    message: expect.stringContaining("bob has asked"),
  });
  const found = (await listLongWork(table, Date.now())).find(({ id }) => id === key.id);
  expect(found).toMatchObject({ progress: "copying the live rows", cancelledBy: "bob" });
  expect([seen, given.signal.aborted]).toEqual([[{ step: "copy-rows" }], false]);
});

/** Waits until a process has written that it is alive. */
async function untilWritten({ id }: { readonly id: string }, startedAtMs: number) {
  for (;;) {
    const found = (await listLongWork(table, Date.now())).find((one) => one.id === id);
    if ((found?.aliveUntilMs ?? 0) > startedAtMs + 120_000) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

it("long work goes on if its record cannot be written, ends when its caller says, and then writes no more", async () => {
  const client = tables.newClient();
  let calls = 0;
  client.send = () => {
    calls += 1;
    return Promise.reject(new Error("gone"));
  };
  const given = new AbortController();
  const key = { id: "1", startedAtMs: 0 };
  const { options, stop } = keepAlive({ ...table, client }, key, { signal: given.signal }, 1);
  while (calls < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(options.signal?.aborted).toBe(false);
  given.abort();
  expect(options.signal?.aborted).toBe(true);
  stop();
  const before = calls;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(calls).toBe(before);
});

it("work that runs is shown and can be cancelled, however much was started since, and by whatever clock", async () => {
  const nowMs = Date.UTC(2027, 1, 3);
  const old = await begin("Replay", nowMs - 3 * DAY_MS);
  await updateAudit(table, old, { aliveUntilMs: nowMs + 1 });
  const ahead = await begin("Copy", nowMs + 100_000);
  for (let index = 0; index < 22; index += 1)
    await updateAudit(table, await begin(`Test ${index}`, nowMs - 60_000 + index), {
      outcome: "done",
    });
  await begin("Old", nowMs - DAY_MS - 1);
  const titles = (await listLongWork(table, nowMs)).map(({ title }) => title);
  const others = Array.from({ length: 20 }, (_, index) => `Test ${21 - index}`);
  expect(titles).toEqual(["Copy", ...others, "Replay"]);
  for (const { id } of [old, ahead])
    expect(await cancelLongWork(table, id, "bob")).toMatchObject({ id, cancelledBy: "bob" });
});

it("work that seems to have stopped can be asked to end: its process may not have been able to write", async () => {
  const { id } = await begin("Rebuild", Date.UTC(2026, 0, 1));
  expect(await cancelLongWork(table, id, "bob")).toMatchObject({
    cancelledBy: "bob",
    outcome: "started",
  });
});
