import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { auditsTable } from "../tables/audits-table.ts";
import { type AuditTable, beginAudit, updateAudit } from "./audits.ts";
import { aliveFields, cancelLongWork, keepAlive, listLongWork, workStateOf } from "./long-work.ts";

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
  const begun = { operation: "rebuild", caller: "ann", door: "terminal", request: {}, startedAtMs } as const;
  return { id: await beginAudit(table, { ...begun, ...aliveFields(title, startedAtMs) }), startedAtMs };
}

it("long work is shown to all doors while its process is alive, and as stopped after the process was killed", async () => {
  await begin("Rebuild node-status", NOW_MS);
  await beginAudit(table, {
    ...{ operation: "pause", caller: "ann", door: "terminal", request: {}, startedAtMs: NOW_MS },
  });
  const [work, ...others] = await listLongWork(table, NOW_MS);
  expect([work, others]).toMatchObject([{ title: "Rebuild node-status", caller: "ann" }, []]);
  if (work === undefined) throw new Error("It is not listed.");
  expect([NOW_MS, NOW_MS + 16_000].map((nowMs) => workStateOf(work, nowMs))).toEqual(["running", "stopped"]);
  const ended = await updateAudit(table, work, { outcome: "done" });
  expect(workStateOf(ended, NOW_MS)).toBe("done");
  await expect(cancelLongWork(table, work.id, "bob", NOW_MS)).rejects.toMatchObject({
    code: "input-invalid",
  });
  await expect(cancelLongWork(table, "gone", "bob", NOW_MS)).rejects.toMatchObject({ code: "not-found" });
});

it("long work says what it does, and ends when another process asks it to", async () => {
  const startedAtMs = Date.now();
  const key = await begin("Replay", startedAtMs);
  const { options, stop } = keepAlive(table, key, {}, 1);
  const aborted = new Promise((resolve) => options.signal?.addEventListener("abort", resolve));
  options.onProgress?.({ step: "copy-rows" });
  await cancelLongWork(table, key.id, "bob", startedAtMs);
  await aborted;
  stop();
  expect(options.signal?.reason).toMatchObject({ message: expect.stringContaining("bob has asked") });
  const found = (await listLongWork(table, Date.now())).find(({ id }) => id === key.id);
  expect(found).toMatchObject({ progress: "copying the live rows", cancelledBy: "bob" });
});
