import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { type AwsClients, localClients } from "@rainhooks/stage/clients";
import { readDeadLetters } from "@rainhooks/stage/read-dead-letters";
import { eventually } from "@rainhooks/testing/eventually";
import { defineWebhook } from "@rainhooks/webhook/define";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { type Emulators, startEmulators } from "../emulators/start-emulators.ts";
import { type FunctionQueues, provisionQueues } from "../provision/provision.ts";
import {
  type EventSourceMapping,
  type MappingInDevelopment,
  startEventSourceMapping,
} from "./event-source-mapping.ts";
import type { InvocationOutcome } from "./function-process.ts";

/**
 * A queue with a dead-letter queue after three receives. It hides records for longer than any test
 * may take: `invoke` makes those visible that have failed.
 */
const webhook = {
  ...defineWebhook({
    name: "mapped",
    description: "For this test.",
    events: ["rmaker.event.alert"],
  }),
  queue: {
    visibilityTimeoutS: 3600,
    maxReceives: 3,
    retryFirstWaitS: 1,
    retryMaxWaitS: 1,
    maxDelayS: 0,
    retentionS: 3600,
    deadLetterRetentionS: 3600,
  },
};

/**
 * Returns the records that are retried: all of a batch, if the function failed or named a record
 * that is not in it.
 */
function failedIn(records: readonly SQSRecord[], outcome: InvocationOutcome): readonly SQSRecord[] {
  if (outcome.kind === "error") return records;
  const { batchItemFailures = [] } = (outcome.result ?? {}) as Partial<SQSBatchResponse>;
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const own = records.filter(({ messageId }) => failed.has(messageId));
  return own.length === failed.size ? own : records;
}

describe("startEventSourceMapping", () => {
  let dataDir: string;
  let emulators: Emulators;
  let clients: AwsClients;
  let queues: FunctionQueues;
  let mapping: EventSourceMapping;
  let batches: string[][];
  let logged: string[];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "mapping-"));
    emulators = await startEmulators({ dataDir, port: 0, onError: () => undefined });
    clients = localClients(emulators.endpoint);
    queues = await provisionQueues(clients.sqs, "test", webhook);
    batches = [];
    logged = [];
  });
  afterEach(async () => {
    await mapping.stop();
    await emulators.stop();
    await rm(dataDir, { recursive: true });
  });

  function startMapping(
    result: (bodies: string[], ids: string[]) => InvocationOutcome | Promise<InvocationOutcome>,
    batch = { size: 10, windowS: 0, maxConcurrency: 2 },
    development?: MappingInDevelopment,
    { endReceives }: Pick<Emulators, "endReceives"> = emulators,
  ) {
    mapping = startEventSourceMapping({
      sqs: clients.sqs,
      name: webhook.name,
      queue: queues.queue,
      batch,
      region: "us-east-1",
      onFailure: () => undefined,
      onError: () => undefined,
      ...(development === undefined ? {} : { development }),
      ...(endReceives === undefined ? {} : { endReceives }),
      invoke: async (event, onLine) => {
        for (const line of logged) onLine?.(line);
        const { Records } = event as SQSEvent;
        batches.push(Records.map(({ body }) => body));
        const outcome = await result(
          Records.map(({ body }) => body),
          Records.map(({ messageId }) => messageId),
        );
        await showAgain(failedIn(Records, outcome));
        return outcome;
      },
    });
  }

  async function send(...bodies: string[]): Promise<void> {
    for (const some of chunk(bodies, 10)) {
      const Entries = some.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: queues.queue.url, Entries }));
    }
  }

  async function showAgain(records: readonly SQSRecord[]): Promise<void> {
    for (const { receiptHandle: ReceiptHandle } of records)
      await clients.sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queues.queue.url,
          ReceiptHandle,
          VisibilityTimeout: 0,
        }),
      );
  }

  async function left(): Promise<number> {
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queues.queue.url, AttributeNames: ["All"] }),
    );
    const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
    return names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
  }

  async function until(done: () => boolean | Promise<boolean>): Promise<void> {
    await eventually(done, (isDone) => isDone);
  }

  const deadBodies = async () =>
    (await readDeadLetters({ sqs: clients.sqs, queueUrl: queues.deadLetters.url }))
      .map(({ body }) => body)
      .sort();

  it("startEventSourceMapping deletes records that succeeded; failed ones are retried alone and end in the dead-letter queue", async () => {
    startMapping((bodies, ids) => ({
      kind: "result",
      result: {
        batchItemFailures: ids
          .filter((_, at) => bodies[at] === "bad")
          .map((itemIdentifier) => ({ itemIdentifier })),
      },
    }));
    await send("good", "bad", "also good");
    await until(async () => (await left()) === 0);
    expect(await deadBodies()).toEqual(["bad"]);
    expect(batches.flat().filter((body) => body === "bad")).toHaveLength(webhook.queue.maxReceives);
    expect(
      batches
        .flat()
        .filter((body) => body !== "bad")
        .sort(),
    ).toEqual(["also good", "good"]);
  });

  it("startEventSourceMapping retries the whole batch when the function fails", async () => {
    startMapping(() =>
      batches.length === 1
        ? { kind: "error", error: { errorType: "TypeError", errorMessage: "boom" } }
        : { kind: "result", result: { batchItemFailures: [] } },
    );
    await send("a", "b");
    await until(async () => batches.length > 1 && (await left()) === 0);
    expect(batches.flat().sort()).toEqual(["a", "a", "b", "b"]);
    expect(await deadBodies()).toEqual([]);
  });

  it("startEventSourceMapping retries the whole batch when the response has an unknown record", async () => {
    startMapping(() => ({
      kind: "result",
      result: { batchItemFailures: [{ itemIdentifier: "nobody" }] },
    }));
    await send("a", "b");
    await until(async () => (await left()) === 0);
    expect(await deadBodies()).toEqual(["a", "b"]);
  });

  it("startEventSourceMapping reports to a developer the outcome of records, and retries a failed batch soon", async () => {
    logged = ['{"_aws":{},"Ignored":1}'];
    const outcomes: string[] = [];
    startMapping(
      () =>
        batches.length === 1
          ? { kind: "error", error: { errorType: "TypeError", errorMessage: "boom" } }
          : { kind: "result", result: null },
      undefined,
      {
        webhook,
        failedBatchWaitS: 1,
        onBatch: ({ webhook: { name }, records, ignored }) =>
          outcomes.push(
            `${name} ${ignored}: ${records.map(({ outcome }) => JSON.stringify(outcome)).join()}`,
          ),
      },
    );
    await send("a");
    await until(async () => batches.length > 1 && (await left()) === 0);
    expect(outcomes).toEqual([
      'mapped 1: {"kind":"retry","reason":"TypeError: boom"}',
      'mapped 1: {"kind":"handled"}',
    ]);
  });

  it("startEventSourceMapping collects a batch up to its size and its window", async () => {
    startMapping(() => ({ kind: "result", result: null }), {
      size: 25,
      windowS: 1,
      maxConcurrency: 2,
    });
    const bodies = Array.from({ length: 60 }, (_, index) => `m${index}`);
    await send(...bodies);
    await until(async () => (await left()) === 0);
    expect(batches.flat().sort()).toEqual(bodies.toSorted());
    expect(Math.max(...batches.map(({ length }) => length))).toBe(25);
  });

  it("startEventSourceMapping limits a payload to 6 MB", async () => {
    startMapping(() => ({ kind: "result", result: null }), {
      size: 100,
      windowS: 1,
      maxConcurrency: 2,
    });
    const bodies = Array.from({ length: 40 }, (_, index) => `${index} ${"x".repeat(200_000)}`);
    for (const body of bodies) await send(body);
    await until(async () => (await left()) === 0);
    expect(batches.flat().toSorted()).toEqual(bodies.toSorted());
    for (const batch of batches) expect(JSON.stringify(batch).length).toBeLessThan(6 * 1024 * 1024);
  });

  it("startEventSourceMapping waits for the running invocation before it stops", async () => {
    let finished = false;
    startMapping(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        finished = true;
        return { kind: "result", result: null };
      },
      { size: 1, windowS: 0, maxConcurrency: 2 },
    );
    await send("slow");
    await until(() => batches.length > 0);
    await mapping.stop();
    expect(finished).toBe(true);
    expect(await left()).toBe(0);
  });

  it.each([
    [20, "can be ended", () => emulators],
    [1, "cannot be ended", () => ({})],
  ])(
    "startEventSourceMapping waits for %d s in a receive that %s, and takes no message after it was stopped",
    async (waitS, _, ending) => {
      const sent = jest.spyOn(clients.sqs, "send");
      startMapping(() => ({ kind: "result", result: null }), undefined, undefined, ending());
      await until(() => sent.mock.calls.length > 0);
      expect(sent.mock.calls[0]?.[0].input).toMatchObject({ WaitTimeSeconds: waitS });
      const isOver = pause(15_000, "still waits", { ref: false });
      expect(await Promise.race([mapping.stop().then(() => "stopped"), isOver])).toBe("stopped");
      await send("later");
      const { Messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queues.queue.url, WaitTimeSeconds: 1 }),
      );
      expect([Messages.map(({ Body }) => Body), batches]).toEqual([["later"], []]);
    },
  );
});
