import { expect, it, test } from "@jest/globals";
import { dev } from "../stages/dev.ts";
import { prod } from "../stages/prod.ts";
import { checkStage } from "./check-stage.ts";
import type { StageConfig, WebhookOverride } from "./config.ts";

const check = (change: Partial<StageConfig>) => checkStage({ ...dev, ...change }, ["hello", "archive"]);
const hello = (override: WebhookOverride) => ({ webhooks: { hello: override } });

it("accepts the stages of the project, and everything that AWS accepts", () => {
  expect(() => checkStage(prod, ["hello"])).not.toThrow();
  expect(() =>
    check({
      region: "us-gov-west-1",
      integration: "acme.events",
      logRetentionDays: 3653,
      alarms: { email: "ops@example.com" },
      archive: { scanLimitGiB: 0.01 },
      ...hello({
        memoryMiB: 10_240,
        timeoutS: 900,
        environment: { LOG_LEVEL: "DEBUG", AWS_ENDPOINT_URL: "http://localhost", MY_SETTING: "1" },
        filterPolicy: { node_id: Array.from({ length: 150 }, (_, index) => `n${index}`) },
      }),
    }),
  ).not.toThrow();
});

test.each<[string, Partial<StageConfig>, string]>([
  ["a region that is none", { region: "Frankfurt" }, "region Frankfurt is not an AWS region"],
  ["an integration with a blank", { integration: "my events" }, "integration must have"],
  ["an unknown log retention", { logRetentionDays: 10 }, "logRetentionDays must be one of 1, 3, 5, 7, 14"],
  ["an e-mail address without a domain", { alarms: { email: "ops" } }, "alarms.email ops is not"],
  [
    "a scan limit below Athena's",
    { archive: { scanLimitGiB: 0 } },
    "archive.scanLimitGiB must be at least 0.01",
  ],
  ["a prefix that no topic has", { topics: { prefix: "a/b" } }, "topics.prefix must have"],
  ["a bucket in capitals", { state: { bucket: "State", region: "eu-west-1" } }, "state.bucket State is not"],
  ["a state in no region", { state: { bucket: "state", region: "eu" } }, "state.region eu is not"],
  ["too little memory", hello({ memoryMiB: 64 }), "webhooks.hello.memoryMiB must be"],
  ["too long a timeout", hello({ timeoutS: 901 }), "webhooks.hello.timeoutS must be"],
  [
    "a variable of Lambda",
    hello({ environment: { AWS_REGION: "x" } }),
    "environment.AWS_REGION: Lambda sets",
  ],
  ["a variable of the stage", hello({ environment: { QUEUE_URL: "x" } }), "QUEUE_URL: the stage sets"],
  ["a variable with a dash", hello({ environment: { "A-B": "x" } }), "environment.A-B: a variable's name"],
  ["a wrong log level", hello({ environment: { LOG_LEVEL: "loud" } }), "LOG_LEVEL must be one of debug"],
  [
    "an empty filter policy",
    hello({ filterPolicy: { node_id: [] } }),
    "filterPolicy.node_id must have 1 to 150",
  ],
])("rejects %s, with stage and field", (_, change, message) => {
  expect(() => check(change)).toThrow(TypeError);
  expect(() => check(change)).toThrow(/^Stage dev: /);
  expect(() => check(change)).toThrow(message);
});

it("reports all mistakes at once", () => {
  expect(() => check({ region: "x", logRetentionDays: 2 })).toThrow(/logRetentionDays.*; region x/);
});
