import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it, test } from "@jest/globals";
import { type ScriptedService, type ServiceAnswer, startScriptedService } from "@rainhooks/testing";
import type { InvocationRecord } from "./records.ts";
import { queueRetryLater, retryWaitS } from "./retry-later.ts";

const WAITS = { firstS: 30, maxS: 900 };

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

describe("queueRetryLater", () => {
  let service: ScriptedService;
  let sqs: SQSClient;
  afterEach(async () => {
    sqs.destroy();
    await service.stop();
  });

  async function laterOn(answer: () => ServiceAnswer) {
    service = await startScriptedService(answer);
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
    });
  }

  const record = (id: string, receives: number): InvocationRecord => ({
    id,
    raw: {},
    receiptHandle: `handle of ${id}`,
    receives,
    queued: { body: "", attributes: {} },
  });

  it("hides each record by its own receives, ten to a call", async () => {
    const later = await laterOn(() => ({ body: { Successful: [], Failed: [] } }));
    const records = Array.from({ length: 12 }, (_, index) => record(`r${index}`, index + 1));
    expect(await later(records)).toEqual([]);
    const entries = service.calls.flatMap(({ input }) => input["Entries"] as object[]);
    expect(service.calls.map(({ action }) => action)).toEqual(
      Array.from({ length: 2 }, () => "ChangeMessageVisibilityBatch"),
    );
    expect(entries).toContainEqual({ Id: "1", ReceiptHandle: "handle of r1", VisibilityTimeout: 60 });
    expect(entries).toContainEqual({ Id: "1", ReceiptHandle: "handle of r11", VisibilityTimeout: 900 });
  });

  it("reports each record that SQS did not hide", async () => {
    const Failed = [{ Id: "1", Code: "ReceiptHandleIsInvalid", SenderFault: true }];
    const later = await laterOn(() => ({ body: { Successful: [], Failed } }));
    expect(await later([record("a", 1), record("b", 1)])).toEqual(["b: ReceiptHandleIsInvalid"]);
  });

  it("reports all records of a failed call, and does not throw", async () => {
    const later = await laterOn(() => ({
      status: 500,
      body: { __type: "InternalFailure", message: "down" },
    }));
    expect(await later([record("a", 1), record("b", 1)])).toEqual(["a: down", "b: down"]);
  });
});
