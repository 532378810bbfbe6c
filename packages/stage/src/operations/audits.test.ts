import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import type { StageAccess } from "../stage-access.ts";
import { auditsTable } from "../tables/stage-tables.ts";
import { beginAudit, listAudits, updateAudit } from "./audits.ts";
import { callerAt } from "./caller.ts";
import { STAGE_OPERATIONS } from "./list-audits.ts";
import { aliveFields } from "./long-work.ts";
import type { AuditTable } from "./put-audit.ts";

let tables: TestTables;
let table: AuditTable;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(auditsTable);
  table = { client: tables.client, tableName: auditsTable.name, keepDays: 400 };
});
afterAll(() => tables.stop());

const BEGUN = {
  operation: "pause",
  caller: "ann",
  door: "terminal",
  request: { node: "n1" },
} as const;
const ALL = { limit: Number.POSITIVE_INFINITY, isWanted: () => true };
const [listAll, listJobs, cancelJob] = STAGE_OPERATIONS;

/** Calls an operation on a stage with the table of audits. */
function callOn(operation: (typeof STAGE_OPERATIONS)[number], given: object = {}) {
  const stage = {
    outputs: { stage: "dev", tables: { audits: auditsTable.name } },
    clients: { dynamodb: tables.client },
  } as unknown as StageAccess;
  const caller = { ...callerAt(stage, "console"), who: () => Promise.resolve("bob") };
  return operation
    .call({ ...given }, { stage, functions: [], extensions: [], caller, onStage: "" })
    .run({});
}

it("audits are found by the time at which they began, over months, the newest first, up to a number", async () => {
  const fromMs = Date.UTC(2026, 5, 30);
  const toMs = Date.UTC(2026, 7, 2);
  const times = [fromMs - 1, fromMs, fromMs + 900, fromMs + DAY_MS, toMs - 1, toMs];
  for (const startedAtMs of times) await beginAudit(table, { ...BEGUN, startedAtMs });
  const found = async (limit: number, isWanted = (_: number) => true) => {
    const isRight = ({ startedAtMs }: { readonly startedAtMs: number }) => isWanted(startedAtMs);
    const all = await listAudits(table, { fromMs, toMs, limit, isWanted: isRight });
    return all.map(({ startedAtMs }) => times.indexOf(startedAtMs));
  };
  expect(await found(100)).toEqual([4, 3, 2, 1]);
  expect(await found(2)).toEqual([4, 3]);
  expect(await found(1, (ms) => ms < toMs - 1)).toEqual([3]);
});

it("an audit that does not exist is not changed", async () => {
  const gone = { id: "20260101-000000-gone", startedAtMs: Date.UTC(2026, 0, 1) };
  await expect(updateAudit(table, gone, { outcome: "done" })).rejects.toThrow();
  expect(
    await listAudits(table, { ...ALL, fromMs: gone.startedAtMs, toMs: gone.startedAtMs + 1 }),
  ).toEqual([]);
});

it("each of many calls of a moment has a record of its own, and one whose response is lost has one", async () => {
  const startedAtMs = Date.UTC(2026, 1, 1);
  const range = { ...ALL, fromMs: startedAtMs, toMs: startedAtMs + 1 };
  const ids = await Promise.all(
    Array.from({ length: 2000 }, () => beginAudit(table, { ...BEGUN, startedAtMs })),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(await listAudits(table, range)).toHaveLength(ids.length);
  const client = tables.newConnectingClient();
  let lost = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const response = await next(args);
      lost += 1;
      if (lost === 1) throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      return response;
    },
    { step: "deserialize", priority: "low" },
  );
  await beginAudit({ ...table, client }, { ...BEGUN, startedAtMs });
  expect(lost).toBe(2);
  expect(await listAudits(table, range)).toHaveLength(ids.length + 1);
});

it("changes and jobs are shown as tables to people, and with their fields to programs", async () => {
  const startedAtMs = Date.now();
  const time = new Date(startedAtMs).toISOString().replace("T", " ").slice(0, 19);
  expect([(await callOn(listJobs)).text, (await callOn(listAll)).text]).toEqual([
    "Nothing runs, and nothing was started in the last day.",
    "Nothing was changed.",
  ]);
  const key = { id: await beginAudit(table, { ...BEGUN, startedAtMs }), startedAtMs };
  await updateAudit(table, key, {
    outcome: "failed",
    error: "throttled",
    endedAtMs: startedAtMs + 1,
  });
  const listed = await callOn(listAll);
  expect(listed.text).toMatch(
    new RegExp(
      `^started \\(UTC\\) +by +through +operation +outcome +with\n${time}  ann  terminal  pause +failed: throttled  {"node":"n1"}$`,
    ),
  );
  expect(listed.rows).toEqual([
    [key.id, startedAtMs, startedAtMs + 1, "ann", "terminal", "pause", "failed", '{"node":"n1"}'],
  ]);
  const work = {
    ...BEGUN,
    ...aliveFields("Rebuild it", startedAtMs),
    startedAtMs,
    progress: "copying",
  };
  const id = await beginAudit(table, work);
  const jobs = await callOn(listJobs);
  expect(jobs.text).toMatch(
    new RegExp(
      `^id +started \\(UTC\\) +by +what +state +doing\n${id}  ${time}  ann  Rebuild it  running  copying$`,
    ),
  );
  expect(jobs.rows).toEqual([
    [id, startedAtMs, "ann", "terminal", "Rebuild it", "running", "copying"],
  ]);
  expect((await callOn(cancelJob, { id })).text).toMatch(/^Rebuild it was asked to end\./);
  await updateAudit(table, { id, startedAtMs }, { outcome: "done" });
  // What it did last says nothing once it has ended; where long work is, jobs say.
  expect((await callOn(listJobs)).text).toMatch(/Rebuild it {2}done$/);
  expect(JSON.stringify((await callOn(listAll)).value)).not.toMatch(/progress|aliveUntilMs|runner/);
});

it("an operation that each stage has says what it does, and what its fields are", () => {
  for (const { name, summary, request, command } of STAGE_OPERATIONS) {
    const texts = Object.values(request).flatMap((field) => [field.description, field.placeholder]);
    expect([name, summary, command.words, ...texts]).not.toContain("");
  }
});
