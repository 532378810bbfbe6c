import { describe, expect, it, test } from "@jest/globals";
import { readConfig, readFunctionConfig } from "./config.ts";
import { defineWebhook } from "./define.ts";

const webhook = defineWebhook({
  name: "hello",
  description: "Says hello.",
  events: ["rmaker.event.alert"],
  resources: {
    table: {
      kind: "table",
      env: "THINGS_TABLE",
      table: { name: "things", partitionKey: { name: "id", type: "S" } },
      actions: ["dynamodb:PutItem"],
    },
  },
  settings: { days: { env: "KEEP_DAYS", default: 7, min: 0, max: 100 } },
});

const complete = {
  RAINHOOKS_STAGE: "dev",
  RAINHOOKS_INTEGRATION: "rainhooks-dev",
  DEAD_LETTER_QUEUE_URL: "https://queue",
  QUEUE_URL: "https://own",
  FILTER_RULES_TABLE: "rules",
  THINGS_TABLE: "things-table",
};

describe("readConfig", () => {
  it("readConfig reads everything, with defaults for settings", () => {
    expect(readConfig(webhook, complete)).toEqual({
      stage: "dev",
      integration: "rainhooks-dev",
      deadLetterQueueUrl: "https://queue",
      queueUrl: "https://own",
      retryWaits: { firstS: 30, maxS: 900 },
      filterRulesTable: "rules",
      resources: { table: "things-table" },
      settings: { days: 7 },
      logLevel: "info",
    });
    expect(readConfig(webhook, { ...complete, KEEP_DAYS: "30", LOG_LEVEL: "debug" })).toMatchObject(
      {
        settings: { days: 30 },
        logLevel: "debug",
      },
    );
  });

  it("readConfig has no name of a table that is used only with a part, in a stage without it", () => {
    const { table } = webhook.resources;
    const marks = { ...table, env: "MARKS_TABLE", part: "alarms" } as const;
    const marking = defineWebhook({ ...webhook, resources: { table, marks } });
    expect(readConfig(marking, complete).resources).toEqual({
      table: "things-table",
      marks: undefined,
    });
    const { resources } = readConfig(marking, { ...complete, MARKS_TABLE: "marks-table" });
    expect(resources.marks).toBe("marks-table");
  });

  test.each(Object.keys(complete))("readConfig names %s when it is missing", (name) => {
    const reason = `${name} is not set`;
    expect(() => readConfig(webhook, { ...complete, [name]: undefined })).toThrow(reason);
    expect(() => readConfig(webhook, { ...complete, [name]: " " })).toThrow(reason);
  });

  test.each([
    ["KEEP_DAYS", "many"],
    ["KEEP_DAYS", "101"],
    ["KEEP_DAYS", "-1"],
    ["LOG_LEVEL", "loud"],
  ])("readConfig names %s when it is %s", (name, value) => {
    expect(() => readConfig(webhook, { ...complete, [name]: value })).toThrow(
      expect.objectContaining({ code: "config-invalid", message: expect.stringContaining(name) }),
    );
  });

  it("readConfig accepts the smallest and the largest number, with spaces around them", () => {
    for (const [text, days] of [
      ["0", 0],
      [" 100 ", 100],
      ["  ", 7],
    ] as const) {
      expect(readConfig(webhook, { ...complete, KEEP_DAYS: text }).settings.days).toBe(days);
    }
  });

  it("readConfig reads the webhook's own queue and its waits", () => {
    const queue = {
      QUEUE_URL: " https://own ",
      RETRY_FIRST_WAIT_S: "1",
      RETRY_MAX_WAIT_S: "43200",
    };
    expect(readConfig(webhook, { ...complete, ...queue })).toMatchObject({
      queueUrl: "https://own",
      retryWaits: { firstS: 1, maxS: 43_200 },
    });
    for (const wrong of [{ RETRY_FIRST_WAIT_S: "0" }, { RETRY_MAX_WAIT_S: "43201" }]) {
      const [name = ""] = Object.keys(wrong);
      expect(() => readConfig(webhook, { ...complete, ...wrong })).toThrow(
        `${name} must be a number from 1 to 43,200, not`,
      );
    }
  });

  it("readConfig names the function that cannot start, the reason, and what to do", () => {
    const wrong = { ...complete, KEEP_DAYS: "many", LOG_LEVEL: "loud" };
    expect(() => readConfig(webhook, wrong)).toThrow(
      expect.objectContaining({
        permanent: true,
        message:
          'Webhook hello cannot start: setting days (KEEP_DAYS) must be a number from 0 to 100, not "many"; LOG_LEVEL must be one of debug, info, warn, error, not "loud". Set it in the function\'s environment.',
      }),
    );
    expect(() => readFunctionConfig(webhook, { RAINHOOKS_STAGE: "dev" })).toThrow(
      "Function hello cannot start: THINGS_TABLE is not set.",
    );
  });

  it("readConfig reads what any function has", () => {
    expect(readFunctionConfig(webhook, complete)).toEqual({
      stage: "dev",
      resources: { table: "things-table" },
      settings: { days: 7 },
      logLevel: "info",
    });
  });

  it("readConfig reports every error at once", () => {
    expect(() => readConfig(webhook, {})).toThrow(
      /RAINHOOKS_STAGE.*THINGS_TABLE.*DEAD_LETTER_QUEUE_URL/,
    );
  });

  it("readConfig needs no rules table when the webhook is not filtered", () => {
    const { FILTER_RULES_TABLE: _, ...rest } = complete;
    expect(readConfig({ ...webhook, filtered: false }, rest).filterRulesTable).toBeUndefined();
  });
});
