import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { createJob, newJob } from "@rainhooks/stage/operate/replay/job-store";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { StageSource } from "@rainhooks/stage/stage-source";
import { replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import { routesOf, webhooksFields } from "./routes.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(replaysTable);
});
afterAll(() => tables.stop());

const queues = new MemoryQueues(() => 1000);
const letters = queues.create("crm-dead", {});
const access = {
  clients: { sqs: new SQSClient(queues.clientOptions) },
  local: { dataDir: "" },
  outputs: {
    stage: "dev",
    tables: {},
    functions: { crm: { trigger: "topics", deadLetterQueueUrl: queues.urlOf("crm-dead") } },
  },
} as unknown as StageAccess;

it("the console has the dead letters of all functions by their causes, and those of a delivery", async () => {
  const reason = { DataType: "String", StringValue: "no node" };
  const code = { DataType: "String", StringValue: "data-invalid" };
  const id = letters.send('{"MessageId":"d1"}', { attributes: { reason, error_code: code } });
  const other = letters.send('{"MessageId":"d1"}');
  letters.send('{"MessageId":"d2"}');
  const source = new StageSource(async () => access);
  const app = routesOf({ source, jobs: undefined as never, project: undefined as never });
  const get = async (path: string) => (await app.request(path)).json();
  expect((await get("/dead-letters")).map((one: { reason: string }) => one.reason)).toEqual([
    "retried too often, or not delivered by SNS",
    "no node",
  ]);
  expect(await get("/deliveries/d1/letters")).toEqual([
    { webhook: "crm", messageId: id, sentAtMs: 1000, errorCode: "data-invalid", reason: "no node" },
    {
      webhook: "crm",
      messageId: other,
      sentAtMs: 1000,
      reason: "retried too often, or not delivered by SNS",
    },
  ]);
});

it("the console has the last ten replays, if the stage has some", async () => {
  expect(await webhooksFields(access)).toEqual({ replays: [] });
  const request = { webhook: "crm", fromMs: 0, toMs: 1, rate: 1, maxDeadLetters: 1 };
  const hours = { first: "a", last: "b", late: [] };
  const table = { client: tables.client, tableName: replaysTable.name };
  for (let nowMs = 1; nowMs <= 11; nowMs += 1)
    await createJob(
      table,
      newJob(`r${nowMs}`, { request, hours, planned: 7, startedBy: "me", nowMs }),
    );
  const { replays } = await webhooksFields({
    ...access,
    outputs: { ...access.outputs, tables: { replays: table.tableName } },
    clients: { ...access.clients, dynamodb: tables.client },
  });
  expect(replays.map(({ id }) => id)).toEqual(
    Array.from({ length: 10 }, (_, index) => `r${11 - index}`),
  );
  expect(replays[0]).toEqual({
    id: "r11",
    webhook: "crm",
    state: "interrupted",
    sent: 0,
    planned: 7,
  });
});
