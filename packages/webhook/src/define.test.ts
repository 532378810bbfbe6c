import { describe, expect, it, test } from "@jest/globals";
import { defineWebhook } from "./define.ts";
import { functionEnvironment } from "./environment.ts";
import { deadLetterQueueName, deployedName, integrationName } from "./names.ts";

const input = {
  name: "hello",
  description: "Says hello.",
  events: ["rmaker.event.alert"],
} as const;

describe("defineWebhook", () => {
  it("defineWebhook fills in defaults", () => {
    expect(defineWebhook(input)).toMatchObject({
      filtered: true,
      resources: {},
      settings: {},
      function: { memoryMiB: 1024, timeoutS: 30 },
      batch: { size: 100, windowS: 2, maxConcurrency: 10 },
      queue: {
        visibilityTimeoutS: 182,
        maxReceives: 400,
        retryFirstWaitS: 30,
        retryMaxWaitS: 900,
        retentionS: 1_209_600,
        deadLetterRetentionS: 1_209_600,
      },
    });
  });

  it("defineWebhook keeps the values that are given", () => {
    const said = {
      filtered: false,
      function: { memoryMiB: 128, timeoutS: 10 },
      batch: { size: 10, windowS: 0, maxConcurrency: 2 },
      queue: { maxReceives: 5, visibilityTimeoutS: 60 },
      settings: { days: { env: "DAYS", default: 1, min: 1, max: 2 } },
    } as const;
    expect(defineWebhook({ ...input, ...said })).toMatchObject(said);
  });

  test.each([
    ["the smallest batch", { batch: { size: 1, windowS: 0 } }],
    ["the largest batch", { batch: { size: 10_000, windowS: 1 } }],
    ["the most concurrency", { batch: { maxConcurrency: 1000 } }],
    ["one wait for all", { queue: { retryFirstWaitS: 43_200, retryMaxWaitS: 43_200 } }],
    ["the shortest wait", { queue: { retryFirstWaitS: 1 } }],
    ["the longest name", { name: `a${"1".repeat(29)}` }],
  ])("defineWebhook accepts %s", (_, change) => {
    expect(defineWebhook({ ...input, ...change })).toMatchObject(change);
  });

  it("defineWebhook hides a record for six times the function's timeout and the window", () => {
    expect(defineWebhook({ ...input, function: { timeoutS: 60 } }).queue.visibilityTimeoutS).toBe(
      362,
    );
  });

  it("defineWebhook has each event once", () => {
    expect(
      defineWebhook({ ...input, events: ["rmaker.event.alert", "rmaker.event.alert"] }).events,
    ).toHaveLength(1);
  });

  test.each([
    ["a name with capitals", { name: "Hello" }, "its name must be"],
    ["a name that is too long", { name: `a${"1".repeat(30)}` }, "up to 30 lower-case letters"],
    ["a name that begins with a digit", { name: "1a" }, 'Webhook "1a": its name must be'],
    ["a name with a blank", { name: "a b" }, "its name must be"],
    [
      "an empty batch",
      { batch: { size: 0 } },
      "batch.size must be a whole number from 1 to 10,000",
    ],
    [
      "too much concurrency",
      { batch: { maxConcurrency: 1001 } },
      "batch.maxConcurrency must be a whole number from 2 to 1000",
    ],
    [
      "no first wait",
      { queue: { retryFirstWaitS: 0 } },
      "must be 1 to 43200, and the first must not be more than the second",
    ],
    ["a first wait over the last", { queue: { retryFirstWaitS: 901 } }, "queue.retryFirstWaitS"],
    [
      "a wait that SQS does not accept",
      { queue: { retryMaxWaitS: 43_201 } },
      "queue.retryMaxWaitS",
    ],
    ["no events", { events: [] }, "it has no events"],
    ["a batch that is too large", { batch: { size: 10_001 } }, "batch.size"],
    ["a large batch without a window", { batch: { size: 11, windowS: 0 } }, "batch.windowS"],
    ["too little concurrency", { batch: { maxConcurrency: 1 } }, "batch.maxConcurrency"],
    [
      "too short a visibility timeout",
      { queue: { visibilityTimeoutS: 181 } },
      "queue.visibilityTimeoutS",
    ],
  ])("defineWebhook refuses %s", (_, change, reason) => {
    expect(() => defineWebhook({ ...input, ...change })).toThrow(reason);
  });
});

describe("names and environment", () => {
  it("deployedName has the stage", () => {
    expect(deployedName("dev", "archive")).toBe("rainhooks-dev-archive");
    expect(integrationName("dev")).toBe("rainhooks-dev");
    expect([integrationName("acme-dev"), deployedName("acme-dev", "archive")]).toEqual([
      "acme-dev",
      "acme-dev-archive",
    ]);
    expect(deployedName("dev", deadLetterQueueName("archive"))).toBe(
      "rainhooks-dev-archive-dead-letters",
    );
  });

  it("the environment has the variables of a function's resources, and the rules only if it is filtered", () => {
    const table = { name: "things", partitionKey: { name: "id", type: "S" } } as const;
    const resources = {
      things: { kind: "table", env: "THINGS_TABLE", table, actions: ["dynamodb:PutItem"] },
    } as const;
    const names = {
      stage: "dev",
      queues: { deadLetterQueueUrl: "https://dead-letters", queueUrl: "https://queue" },
      resourceName: (name: string) => `rainhooks-dev-${name}`,
      queueUrlOf: (name: string) => `https://rainhooks-dev-${name}`,
    };
    const common = {
      RAINHOOKS_STAGE: "dev",
      RAINHOOKS_INTEGRATION: "rainhooks-dev",
      DEAD_LETTER_QUEUE_URL: "https://dead-letters",
      QUEUE_URL: "https://queue",
      RETRY_FIRST_WAIT_S: "30",
      RETRY_MAX_WAIT_S: "900",
      THINGS_TABLE: "rainhooks-dev-things",
    };
    expect(functionEnvironment(defineWebhook({ ...input, resources }), names)).toEqual({
      ...common,
      FILTER_RULES_TABLE: "rainhooks-dev-filter-rules",
    });
    const stream = {
      name: "flow",
      bucket: "b",
      prefix: "p",
      errorPrefix: "e",
      bufferS: 60,
      bufferMiB: 1,
    };
    const flow = {
      kind: "stream",
      env: "FLOW",
      stream,
      actions: ["firehose:PutRecordBatch"],
    } as const;
    expect(
      functionEnvironment(defineWebhook({ ...input, resources: { flow } }), names),
    ).toHaveProperty("FLOW", "rainhooks-dev-flow");
    const calls = {
      kind: "queue",
      env: "CALLS",
      queue: "calls",
      actions: ["sqs:SendMessage"],
    } as const;
    expect(
      functionEnvironment(defineWebhook({ ...input, resources: { calls } }), names),
    ).toHaveProperty("CALLS", "https://rainhooks-dev-calls");
    expect(() =>
      functionEnvironment(defineWebhook({ ...input, resources: { calls } }), {
        ...names,
        queueUrlOf: undefined as never,
      }),
    ).toThrow("CALLS needs the URL of the queue of calls");
    const unfiltered = defineWebhook({ ...input, resources, filtered: false });
    expect(functionEnvironment(unfiltered, names)).toEqual(common);
  });
});

it("a webhook can leave the function to its owner, without settings of the stage", () => {
  const own = {
    name: "crm",
    description: "d",
    events: ["rmaker.event.alert"],
    runtime: "external",
  } as const;
  expect(defineWebhook(own).runtime).toBe("external");
  expect(() => defineWebhook({ ...own, settings: { key: { kind: "text" } } })).toThrow(
    "with an external runtime",
  );
  expect(defineWebhook({ ...own, runtime: undefined as never }).runtime).toBe("node");
});

it.each([
  [{ batchMs: 0, recordMs: 0 }, "load must have a batchMs or a recordMs above 0"],
  [{ batchMs: Number.NaN, recordMs: 1 }, "load must have finite numbers that are not negative"],
  [{ batchMs: 1, recordMs: -1 }, "load must have finite numbers"],
  [{ batchMs: 1, recordMs: 1, recordWaitMs: -1 }, "load must have finite numbers"],
  [
    { batchMs: 1, recordMs: 1, streamBytes: Number.POSITIVE_INFINITY },
    "load must have finite numbers",
  ],
  [
    { batchMs: 1, recordMs: 1, writeUnits: { states: { "rmaker.event.alert": -1 } } },
    "load must have finite numbers",
  ],
  [
    { batchMs: 1, recordMs: 1, readUnits: { "rmaker.event.alert": -1 } },
    "load must have finite numbers",
  ],
  [
    { batchMs: 1, recordMs: 1, kept: { eventBytes: {}, days: -1 } },
    "load must have finite numbers",
  ],
  [
    {
      batchMs: 1,
      recordMs: 1,
      kept: { eventBytes: { "rmaker.event.alert": Number.NaN }, days: 1 },
    },
    "load must have finite numbers",
  ],
])("defineWebhook refuses the load %j", (load, message) => {
  const input = { name: "a", description: "", events: ["rmaker.event.alert"], load } as const;
  expect(() => defineWebhook(input)).toThrow(message);
});
