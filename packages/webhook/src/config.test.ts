import { describe, expect, it, test } from "@jest/globals";
import { readConfig } from "./config.ts";
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
  FILTER_RULES_TABLE: "rules",
  THINGS_TABLE: "things-table",
};

describe("readConfig", () => {
  it("reads everything, with defaults for settings", () => {
    expect(readConfig(webhook, complete)).toEqual({
      stage: "dev",
      integration: "rainhooks-dev",
      deadLetterQueueUrl: "https://queue",
      queueUrl: undefined,
      retryWaits: { firstS: 30, maxS: 900 },
      filterRulesTable: "rules",
      resources: { table: "things-table" },
      settings: { days: 7 },
      logLevel: "info",
    });
    expect(readConfig(webhook, { ...complete, KEEP_DAYS: "30", LOG_LEVEL: "debug" })).toMatchObject({
      settings: { days: 30 },
      logLevel: "debug",
    });
  });

  test.each(Object.keys(complete))("names %s when it is missing", (name) => {
    const reason = `${name} is not set`;
    expect(() => readConfig(webhook, { ...complete, [name]: undefined })).toThrow(reason);
    expect(() => readConfig(webhook, { ...complete, [name]: " " })).toThrow(reason);
  });

  test.each([
    ["KEEP_DAYS", "many"],
    ["KEEP_DAYS", "101"],
    ["KEEP_DAYS", "-1"],
    ["LOG_LEVEL", "loud"],
  ])("names %s when it is %s", (name, value) => {
    expect(() => readConfig(webhook, { ...complete, [name]: value })).toThrow(
      expect.objectContaining({ code: "config-invalid", message: expect.stringContaining(name) }),
    );
  });

  it("reports every error at once", () => {
    expect(() => readConfig(webhook, {})).toThrow(/RAINHOOKS_STAGE.*THINGS_TABLE.*DEAD_LETTER_QUEUE_URL/);
  });

  it("needs no rules table when the webhook is not filtered", () => {
    const { FILTER_RULES_TABLE: _, ...rest } = complete;
    expect(readConfig({ ...webhook, filtered: false }, rest).filterRulesTable).toBeUndefined();
  });
});
