import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it, test } from "@jest/globals";
import {
  type ScriptedService,
  type ServiceResponse,
  startScriptedService,
} from "@rainhooks/testing/scripted-service";
import type { InvocationRecord } from "./records.ts";
import { queueRetryLater, retryWaitOf, retryWaitS } from "./retry-later.ts";

const WAITS = { firstS: 30, maxS: 900 };
const DAY_S = 86_400;
const NOW_MS = 1_700_000_000_000;

test.each([
  [1, 30],
  [2, 60],
  [5, 480],
  [6, 900],
  [400, 900],
  [0, 30],
])("a record received %i times waits %i s", (receives, waitS) => {
  expect(retryWaitS(receives, WAITS)).toBe(waitS);
});

test("the last of 400 receives is more than four days after the first", () => {
  const waits = Array.from({ length: 399 }, (_, index) => retryWaitS(index + 1, WAITS));
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(4 * 86_400);
});

test("a record whose failures always ask for 12 hours reaches its 400th receive, and so the dead-letter queue, within ten days", async () => {
  let ageS = 0;
  for (let receives = 1; receives < 400; receives++) {
    const asking = {
      record: { receives, queuedAtMs: NOW_MS },
      retryAfterS: 43_200,
    };
    ageS += retryWaitOf(asking, WAITS, NOW_MS + ageS * 1000);
  }
  expect(ageS).toBeGreaterThan(8 * DAY_S);
  expect(ageS).toBeLessThan(10 * DAY_S);
});

test.each([
  [1, 30],
  [11, 30],
  [12, 60],
  [20, 900],
])("a throttled record received %i times waits %i s", (receives, waitS) => {
  const record = { receives, queuedAtMs: NOW_MS };
  expect(retryWaitOf({ record, isBlameless: true }, WAITS, NOW_MS)).toBe(waitS);
  expect(retryWaitOf({ record, isBlameless: true, retryAfterS: 901 }, WAITS, NOW_MS)).toBe(901);
});

describe("queueRetryLater", () => {
  let service: ScriptedService;
  let sqs: SQSClient;
  afterEach(async () => {
    sqs.destroy();
    await service.stop();
  });

  async function laterOn(respond: () => ServiceResponse) {
    service = await startScriptedService(respond);
    sqs = new SQSClient({
      endpoint: service.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 1,
    });
    return queueRetryLater({
      queueUrl: `${service.endpoint}/1/queue`,
      waits: WAITS,
      client: async () => sqs,
      nowMs: () => NOW_MS,
    });
  }

  const record = (id: string, receives: number, ageS = 0): InvocationRecord => ({
    id,
    raw: {},
    receiptHandle: `handle of ${id}`,
    queueName: "queue",
    receives,
    queuedAtMs: NOW_MS - ageS * 1000,
    firstReceivedMs: NOW_MS,
    queued: { body: "", attributes: {} },
  });
  const retry = (id: string, receives: number) => ({ record: record(id, receives) });

  it("queueRetryLater hides each record by its own receives, ten to a call", async () => {
    const later = await laterOn(() => ({ body: { Successful: [], Failed: [] } }));
    const records = Array.from({ length: 12 }, (_, index) => retry(`r${index}`, index + 1));
    expect(await later(records)).toEqual([]);
    const entries = service.calls.flatMap(({ input }) => input["Entries"] as object[]);
    expect(service.calls.map(({ action }) => action)).toEqual(
      Array.from({ length: 2 }, () => "ChangeMessageVisibilityBatch"),
    );
    expect(entries).toContainEqual({
      Id: "1",
      ReceiptHandle: "handle of r1",
      VisibilityTimeout: 60,
    });
    expect(entries).toContainEqual({
      Id: "1",
      ReceiptHandle: "handle of r11",
      VisibilityTimeout: 900,
    });
  });

  it.each([
    ["what its failure asks for", 1, 0, 3600, 3600],
    ["whole seconds, rounded up", 1, 0, 59.1, 60],
    ["not less than its own wait", 5, 0, 60, 480],
    ["up to 12 hours", 1, 0, 43_200, 43_200],
    ["what is asked for, until it is five days old", 9, 4.5 * DAY_S, 43_200, 43_200],
    ["its own wait instead of one that makes it older than that", 9, 4.5 * DAY_S + 1, 43_200, 900],
    ["its own wait when its age is not known", 1, NOW_MS / 1000, 3600, 30],
  ])("queueRetryLater hides a record for %s", async (_, receives, ageS, retryAfterS, hiddenS) => {
    const later = await laterOn(() => ({ body: { Successful: [], Failed: [] } }));
    await later([{ record: record("a", receives, ageS), retryAfterS }]);
    expect(service.calls[0]?.input["Entries"]).toMatchObject([{ VisibilityTimeout: hiddenS }]);
  });

  it("queueRetryLater reports each record that SQS did not hide", async () => {
    const Failed = [{ Id: "1", Code: "ReceiptHandleIsInvalid", SenderFault: true }];
    const later = await laterOn(() => ({ body: { Successful: [], Failed } }));
    expect(await later([retry("a", 1), retry("b", 1)])).toEqual(["b: ReceiptHandleIsInvalid"]);
  });

  it("queueRetryLater reports all records of a failed call, and does not throw", async () => {
    const later = await laterOn(() => ({
      status: 500,
      body: { __type: "InternalFailure", message: "down" },
    }));
    expect(await later([retry("a", 1), retry("b", 1)])).toEqual(["a: down", "b: down"]);
  });
});
