import { describe, expect, it, test } from "@jest/globals";
import { deadLetterQueueName, defineWebhook, deployedName } from "./define.ts";
import { functionEnvironment } from "./environment.ts";

const input = { name: "hello", description: "Says hello.", events: ["rmaker.event.alert"] } as const;

describe("defineWebhook", () => {
  it("fills in defaults", () => {
    expect(defineWebhook(input)).toMatchObject({
      filtered: true,
      resources: {},
      settings: {},
      function: { memoryMiB: 256, timeoutS: 30 },
      batch: { size: 100, windowS: 2, maxConcurrency: 10 },
      queue: { visibilityTimeoutS: 182, maxReceives: 400 },
    });
  });

  it("keeps a record hidden for six times the function's timeout and the window", () => {
    expect(defineWebhook({ ...input, function: { timeoutS: 60 } }).queue.visibilityTimeoutS).toBe(362);
  });

  it("has each event once", () => {
    expect(
      defineWebhook({ ...input, events: ["rmaker.event.alert", "rmaker.event.alert"] }).events,
    ).toHaveLength(1);
  });

  test.each([
    ["a name with capitals", { name: "Hello" }, "its name must be"],
    ["no events", { events: [] }, "it has no events"],
    ["a batch that is too large", { batch: { size: 10_001 } }, "batch.size"],
    ["a large batch without a window", { batch: { size: 11, windowS: 0 } }, "batch.windowS"],
    ["too little concurrency", { batch: { maxConcurrency: 1 } }, "batch.maxConcurrency"],
    ["too short a visibility timeout", { queue: { visibilityTimeoutS: 181 } }, "queue.visibilityTimeoutS"],
  ])("refuses %s", (_, change, reason) => {
    expect(() => defineWebhook({ ...input, ...change })).toThrow(reason);
  });
});

describe("names and environment", () => {
  it("names what is deployed by stage", () => {
    expect(deployedName("dev", "archive")).toBe("rainhooks-dev-archive");
    expect(deployedName("dev", deadLetterQueueName("archive"))).toBe("rainhooks-dev-archive-dead-letters");
  });

  it("gives a function the variables of its resources, and the rules only if it is filtered", () => {
    const table = { name: "things", partitionKey: { name: "id", type: "S" } } as const;
    const resources = {
      things: { kind: "table", env: "THINGS_TABLE", table, actions: ["dynamodb:PutItem"] },
    } as const;
    const names = {
      stage: "dev",
      integration: "rainhooks-dev",
      deadLetterQueueUrl: "https://dead-letters",
      queueUrl: "https://queue",
      resourceName: (name: string) => `rainhooks-dev-${name}`,
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
    expect(functionEnvironment(defineWebhook({ ...input, resources }), names, "rules")).toEqual({
      ...common,
      FILTER_RULES_TABLE: "rainhooks-dev-rules",
    });
    const unfiltered = defineWebhook({ ...input, resources, filtered: false });
    expect(functionEnvironment(unfiltered, names, "rules")).toEqual(common);
    const direct = functionEnvironment(unfiltered, { ...names, queueUrl: undefined }, "rules");
    expect(direct).not.toHaveProperty("QUEUE_URL");
  });
});
