import { describe, expect, it, test } from "@jest/globals";
import { defineWebhook, defineWorker } from "./define.ts";
import { workerEnvironment } from "./environment.ts";

const input = { name: "calls", description: "Calls." } as const;

describe("defineWorker", () => {
  it("has the defaults of a webhook, and no events", () => {
    const webhook = defineWebhook({ ...input, events: ["rmaker.event.alert"] });
    const { events: _events, filtered: _filtered, runtime: _runtime, replay: _replay, ...shared } = webhook;
    expect(defineWorker(input)).toEqual(shared);
  });

  it("keeps the values that are given", () => {
    const given = {
      function: { memoryMiB: 256, timeoutS: 60 },
      batch: { size: 10, windowS: 0, maxConcurrency: 50 },
      queue: { maxReceives: 100, visibilityTimeoutS: 360 },
      settings: { days: { env: "DAYS", default: 1, min: 1, max: 2 } },
      load: { batchMs: 5, recordMs: 100 },
    } as const;
    expect(defineWorker({ ...input, ...given })).toMatchObject(given);
  });

  it("keeps a message hidden for six times the function's timeout and the window", () => {
    expect(defineWorker({ ...input, function: { timeoutS: 60 } }).queue.visibilityTimeoutS).toBe(362);
  });

  test.each([
    ["a name with capitals", { name: "Calls" }, 'Worker "Calls": its name must be'],
    ["a batch that is too large", { batch: { size: 10_001 } }, 'Worker "calls": batch.size must be'],
    ["a large batch without a window", { batch: { size: 11, windowS: 0 } }, "batch.windowS"],
    ["too little concurrency", { batch: { maxConcurrency: 1 } }, "batch.maxConcurrency must be 2 to 1,000"],
    ["too short a visibility timeout", { queue: { visibilityTimeoutS: 181 } }, "queue.visibilityTimeoutS"],
    ["a wait that SQS does not accept", { queue: { retryMaxWaitS: 43_201 } }, "queue.retryMaxWaitS"],
    ["a delay that SQS does not accept", { queue: { maxDelayS: 901 } }, "queue.maxDelayS must be 0 to 900"],
    ["a load of nothing", { load: { batchMs: 0, recordMs: 0 } }, "load must have a batchMs"],
    [
      "a setting with the variable of a resource",
      {
        resources: { next: { kind: "queue", env: "NEXT", queue: "next", actions: ["sqs:SendMessage"] } },
        settings: { next: { kind: "text", env: "NEXT" } },
      } as const,
      "NEXT",
    ],
  ])("refuses %s", (_, change, reason) => {
    expect(() => defineWorker({ ...input, ...change })).toThrow(reason);
  });
});

it("has the variables of its queues, of those it sends to, and none of a webhook", () => {
  const worker = defineWorker({
    ...input,
    queue: { retryFirstWaitS: 5, retryMaxWaitS: 3600 },
    resources: {
      next: { kind: "queue", env: "NEXT_QUEUE_URL", queue: "next", actions: ["sqs:SendMessage"] },
    },
  });
  const names = {
    stage: "dev",
    deadLetterQueueUrl: "https://dead-letters",
    queueUrl: "https://queue",
    resourceName: (name: string) => name,
    queueUrlOf: (name: string) => `https://queue-of-${name}`,
  };
  expect(workerEnvironment(worker, names)).toEqual({
    RAINHOOKS_STAGE: "dev",
    DEAD_LETTER_QUEUE_URL: "https://dead-letters",
    QUEUE_URL: "https://queue",
    RETRY_FIRST_WAIT_S: "5",
    RETRY_MAX_WAIT_S: "3600",
    NEXT_QUEUE_URL: "https://queue-of-next",
  });
});
