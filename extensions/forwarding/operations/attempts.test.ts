import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { callerAt } from "@rainhooks/stage/operations/caller";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { auditsTable } from "@rainhooks/stage/tables/stage-tables";
import { attemptId } from "../attempts/attempt.ts";
import { attemptSink } from "../attempts/write-attempts.ts";
import { attemptsTable, destinationsTable } from "../forwarding-tables.ts";
import { retry } from "./attempts.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  for (const table of [destinationsTable, attemptsTable, auditsTable]) await tables.create(table);
});
afterAll(() => tables.stop());

const TEST = {
  destination: "crm",
  webhookId: "test_1",
  deliveryId: "d1",
  publishedMs: 1,
  attempt: 1,
  atMs: 1,
  eventType: "rmaker.event.alert",
  url: "https://crm.example.com",
  headers: {},
  bodyBytes: 10,
  ...({ method: "POST", durationMs: 1, outcome: "failed" } as const),
};

function callOf(id: string | readonly string[]) {
  const outputs = {
    stage: "dev",
    region: "eu-west-1",
    parameters: { destinations: "file:/nowhere" },
    tables: {
      destinations: destinationsTable.name,
      attempts: attemptsTable.name,
      audits: auditsTable.name,
    },
    functions: { attempts: { trigger: "queue", queueUrl: "" } },
  };
  const stage = {
    outputs,
    local: {},
    clients: { dynamodb: tables.client },
  } as unknown as StageAccess;
  const caller = { ...callerAt(stage, "terminal"), who: async () => "ann" };
  return retry.call({ id }, { stage, functions: [], extensions: [], caller, onStage: "" });
}

test("of several attempts that are retried, it is said once how many were delivered, and which were not and why", async () => {
  const log = { client: tables.client, tableName: attemptsTable.name };
  await attemptSink(log).write([{ id: "1", value: TEST }]);
  const steps: unknown[] = [];
  const outcome = await callOf([attemptId(TEST), "x"]).run({
    onProgress: (step) => steps.push(step),
  });
  expect([outcome.failed, outcome.text.split("\n")]).toEqual([
    true,
    [
      expect.stringMatching(
        /^0 of 2 were delivered\. 1 × This was a test.*: test_1\.crm\.1\.1 1 × There is no attempt x\..*: x$/,
      ),
    ],
  ]);
  expect(outcome.value).toMatchObject({ attempts: [{ id: attemptId(TEST) }, { id: "x" }] });
  expect(steps).toEqual([
    { step: "change", done: 1, of: 2 },
    { step: "change", done: 2, of: 2 },
  ]);
});

test("a single attempt that cannot be retried is an error", async () => {
  await expect(callOf("x").run({})).rejects.toMatchObject({ code: "not-found" });
  expect(() => callOf([])).toThrow("id must have 1 to 100 texts");
});
