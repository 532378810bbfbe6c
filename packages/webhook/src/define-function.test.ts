import { describe, expect, it, test } from "@jest/globals";
import { defineWebhook } from "./define.ts";
import { codeOf, defineFunction, triggeredBy } from "./define-function.ts";
import { functionEnvironment } from "./environment.ts";

const common = { name: "calls", description: "Calls." } as const;
const input = { ...common, trigger: "queue" } as const;

describe("a function that reads a queue", () => {
  it("a function with a queue has the defaults of a webhook, and no events", () => {
    const webhook = defineWebhook({ ...common, events: ["rmaker.event.alert"] });
    const {
      events: _events,
      filtered: _filtered,
      runtime: _runtime,
      replay: _replay,
      ...shared
    } = webhook;
    expect(defineFunction(input)).toEqual({ ...shared, trigger: "queue" });
  });

  it("a function with a queue keeps the values that are given", () => {
    const given = {
      function: { memoryMiB: 256, timeoutS: 60 },
      batch: { size: 10, windowS: 0, maxConcurrency: 50 },
      queue: { maxReceives: 100, visibilityTimeoutS: 360 },
      settings: { days: { env: "DAYS", default: 1, min: 1, max: 2 } },
      load: { batchMs: 5, recordMs: 100 },
    } as const;
    expect(defineFunction({ ...input, ...given })).toMatchObject(given);
  });

  it("a function with a queue hides a message for six times the function's timeout and the window", () => {
    expect(defineFunction({ ...input, function: { timeoutS: 60 } }).queue.visibilityTimeoutS).toBe(
      362,
    );
  });

  test.each([
    ["a name with capitals", { name: "Calls" }, 'Function "Calls": its name must be'],
    [
      "a batch that is too large",
      { batch: { size: 10_001 } },
      'Function "calls": batch.size must be',
    ],
    ["a large batch without a window", { batch: { size: 11, windowS: 0 } }, "batch.windowS"],
    [
      "too little concurrency",
      { batch: { maxConcurrency: 1 } },
      "batch.maxConcurrency must be a whole number from 2 to 1000",
    ],
    [
      "too short a visibility timeout",
      { queue: { visibilityTimeoutS: 181 } },
      "queue.visibilityTimeoutS",
    ],
    [
      "a wait that SQS does not accept",
      { queue: { retryMaxWaitS: 43_201 } },
      "queue.retryMaxWaitS",
    ],
    [
      "a delay that SQS does not accept",
      { queue: { maxDelayS: 901 } },
      "queue.maxDelayS must be 0 to 900",
    ],
    ["a load of nothing", { load: { batchMs: 0, recordMs: 0 } }, "load must have a batchMs"],
    [
      "a setting with the variable of a resource",
      {
        resources: {
          next: { kind: "queue", env: "NEXT", queue: "next", actions: ["sqs:SendMessage"] },
        },
        settings: { next: { kind: "text", env: "NEXT" } },
      } as const,
      "NEXT",
    ],
  ])("a function with a queue refuses %s", (_, change, reason) => {
    expect(() => defineFunction({ ...input, ...change })).toThrow(reason);
  });
});

it("a function has the variables of its queues, of those it sends to, and none of a webhook", () => {
  const worker = defineFunction({
    ...input,
    queue: { retryFirstWaitS: 5, retryMaxWaitS: 3600 },
    resources: {
      next: { kind: "queue", env: "NEXT_QUEUE_URL", queue: "next", actions: ["sqs:SendMessage"] },
    },
  });
  const names = {
    stage: "dev",
    queues: { deadLetterQueueUrl: "https://dead-letters", queueUrl: "https://queue" },
    resourceName: (name: string) => name,
    queueUrlOf: (name: string) => `https://queue-of-${name}`,
  };
  expect(functionEnvironment(worker, names)).toEqual({
    RAINHOOKS_STAGE: "dev",
    DEAD_LETTER_QUEUE_URL: "https://dead-letters",
    QUEUE_URL: "https://queue",
    RETRY_FIRST_WAIT_S: "5",
    RETRY_MAX_WAIT_S: "3600",
    NEXT_QUEUE_URL: "https://queue-of-next",
  });
});

describe("a function that runs at a rate", () => {
  const clock = { ...common, trigger: "rate", everyMinutes: 1440 } as const;

  it.each([0, -1, 1.5, 1441, Number.NaN])(
    "a function with a rate of %s minutes is refused",
    (everyMinutes) => {
      expect(() => defineFunction({ ...clock, everyMinutes })).toThrow(
        'Function "calls": everyMinutes must be a whole number from 1 to 1440',
      );
    },
  );

  it("a function with a rate has defaults, and no queue", () => {
    expect(defineFunction(clock)).toEqual({
      ...clock,
      resources: {},
      settings: {},
      function: { memoryMiB: 512, timeoutS: 60 },
    });
    const names = { stage: "dev", resourceName: (name: string) => name };
    expect(functionEnvironment(defineFunction(clock), names)).toEqual({ RAINHOOKS_STAGE: "dev" });
  });
});

it("a function that programs invoke has a limit of invocations at once, and one with a URL a shorter timeout", () => {
  expect(defineFunction({ ...common, trigger: "invocation", optional: true })).toEqual({
    ...common,
    trigger: "invocation",
    optional: true,
    resources: {},
    settings: {},
    maxConcurrency: 50,
    function: { memoryMiB: 512, timeoutS: 60 },
  });
  expect(() => defineFunction({ ...common, trigger: "invocation", maxConcurrency: 1001 })).toThrow(
    'Function "calls": maxConcurrency must be a whole number from 1 to 1000',
  );
  const api = defineFunction({ ...common, trigger: "url", function: { memoryMiB: 128 } });
  expect(api.function).toEqual({ memoryMiB: 128, timeoutS: 30 });
});

test.each(["topics", "queue", "rate", "invocation", "url"] as const)(
  "a function with the trigger %s is refused for a name that AWS would refuse",
  (trigger) => {
    const parts = {
      ...common,
      name: "A",
      trigger,
      events: ["rmaker.event.alert"],
      everyMinutes: 1,
    } as const;
    expect(() => defineFunction(parts)).toThrow(
      ' "A": its name must be up to 30 lower-case letters, digits and dashes.',
    );
  },
);

it("a function with queues has variables only if their URLs are known", () => {
  const names = { stage: "dev", resourceName: (name: string) => name };
  expect(() => functionEnvironment(defineFunction(input), names)).toThrow(
    "calls needs the URLs of its queues",
  );
});

it("functions are chosen by their triggers, and have the code of the one that they name", () => {
  const queue = defineFunction(input);
  const url = defineFunction({ ...common, trigger: "url" });
  expect(triggeredBy([queue, url], "url")).toEqual([url]);
  expect(triggeredBy([queue, url], "topics", "queue")).toEqual([queue]);
  expect(codeOf(defineFunction({ ...input, sameAs: "others" }))).toBe("others");
  expect(codeOf(queue)).toBe("calls");
});
