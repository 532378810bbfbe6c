import { expect, it, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { queryApi } from "@rainhooks/app-list/query-api";
import type { FunctionChanges } from "@rainhooks/stack/config/config";
import { defineWebhook } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config.ts";
import { dev, everything, production as prod } from "../testing/stages.ts";
import { checkStage } from "./check-stage.ts";

const SETTINGS = { volume: { min: 0, max: 10, default: 5 }, token: { kind: "secret" } } as const;
const known = (...names: readonly string[]) =>
  names.map((name) =>
    defineWebhook({ name, description: "", events: ["rmaker.event.alert"], settings: SETTINGS }),
  );
const check = (change: Partial<StageConfig>) =>
  checkStage({ ...dev, ...change }, [...known("hello", "archive"), queryApi]);
const { accountId, ...withoutAccount } = prod;
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts";
const hello = (override: FunctionChanges) => ({ functions: { hello: override } });

it("checkStage accepts the stages of the project, and everything that AWS accepts", () => {
  expect(() => checkStage(prod, SHIPPED)).not.toThrow();
  expect(() => checkStage(everything, SHIPPED)).not.toThrow();
  expect(() =>
    check({
      region: "us-gov-west-1",
      integration: "acme.events",
      logRetentionDays: 3653,
      alarms: { emails: ["ops@example.com"] },
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
  [
    "a region that is none",
    { region: "Frankfurt" },
    'region must be an AWS region, such as eu-central-1, not "Frankfurt"',
  ],
  [
    "a field that is misspelt",
    { regions: "eu-central-1" } as never,
    "regions is not a field (known: name, region,",
  ],
  [
    "a misspelt field of alarms",
    { alarms: { email: ["ops@example.com"] } as never },
    "alarms.email is not a field",
  ],
  [
    "a misspelt field of tables",
    { tables: { recovery: 5 } as never },
    "tables.recovery is not a field (known: recoveryDays)",
  ],
  [
    "a misspelt bucket",
    { state: { bukket: "x", region: "eu-west-1" } as never },
    "state.bucket is missing; state.bukket is not a field (known: bucket, region)",
  ],
  ["no region", { region: undefined as never }, "region must be an AWS region"],
  [
    "a setting that is null",
    hello({ settings: { volume: null as never } }),
    "functions.hello.settings.volume must be a text",
  ],
  ["an integration with a blank", { integration: "my events" }, "integration must be"],
  [
    "an unknown log retention",
    { logRetentionDays: 10 },
    "logRetentionDays must be one of 1, 3, 5, 7, 14",
  ],
  [
    "an e-mail address without a domain",
    { alarms: { emails: ["ops"] } },
    'alarms.emails.0 must be an e-mail address, not "ops"',
  ],
  [
    "a scan limit below Athena's",
    { archive: { scanLimitGiB: 0 } },
    "archive.scanLimitGiB must be at least 0.01",
  ],
  ["a further topic with a wrong name", { topics: { extra: ["a b"] } }, "topics.extra.0 must be 1"],
  ["a further topic twice", { topics: { extra: ["a", "a"] } }, "topics.extra has a twice"],
  [
    "a further topic of a known event",
    { topics: { prefix: "acme_", extra: ["acme_node_alert"] } },
    "topics.extra: acme_node_alert is the topic of an event already",
  ],
  ["a prefix that no topic has", { topics: { prefix: "a/b" } }, "topics.prefix must be"],
  [
    "a bucket in capitals",
    { state: { bucket: "State", region: "eu-west-1" } },
    "state.bucket must be the name of a bucket",
  ],
  [
    "a state in no region",
    { state: { bucket: "state", region: "eu" } },
    "state.region must be an AWS region",
  ],
  ["too little memory", hello({ memoryMiB: 64 }), "functions.hello.memoryMiB must be"],
  ["too long a timeout", hello({ timeoutS: 901 }), "functions.hello.timeoutS must be"],
  [
    "a variable of Lambda",
    hello({ environment: { AWS_REGION: "x" } }),
    "environment.AWS_REGION: Lambda sets",
  ],
  [
    "a variable of the stage",
    hello({ environment: { QUEUE_URL: "x" } }),
    "QUEUE_URL: the stage sets",
  ],
  [
    "a variable with a dash",
    hello({ environment: { "A-B": "x" } }),
    "environment.A-B: a variable's name",
  ],
  [
    "an unknown event",
    { topics: { leaveOut: ["rmaker.event.nope" as "rmaker.event.alert"] } },
    'topics.leaveOut.0 must be an event of docs/events.md, not "rmaker.event.nope"',
  ],
  [
    "an ARN that is not a topic's",
    { topics: { arns: { "rmaker.event.alert": "arn:aws:sqs:eu-west-1:123456789012:q" } } },
    "topics.arns.rmaker.event.alert must be the ARN of an SNS topic",
  ],
  [
    "a topic with two names",
    { topics: { arns: { "rmaker.event.alert": TOPIC }, names: { "rmaker.event.alert": "x" } } },
    "both a name and an ARN for rmaker.event.alert",
  ],
  [
    "a name that no topic has",
    { topics: { names: { "rmaker.event.alert": "a b" } } },
    "topics.names.rmaker.event.alert must be",
  ],
  [
    "a key of another region",
    { kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1" },
    "is not the ARN of a KMS key in us-east-1",
  ],
  [
    "an alias in place of a key",
    { kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:alias/a" },
    "is not the ARN of a KMS key",
  ],
  [
    "a boundary that is a name",
    { iam: { permissionsBoundary: "boundary" } },
    'iam.permissionsBoundary must be the ARN of an IAM policy, not "boundary"',
  ],
  [
    "a boundary that who deploys may change",
    {
      iam: {
        permissionsBoundary: "arn:aws:iam::123456789012:policy/limits/rainhooks-dev-boundary",
      },
    },
    "take one that does not begin with rainhooks-dev-, outside /rainhooks-dev/",
  ],
  [
    "a boundary in the path of the stage",
    { iam: { permissionsBoundary: "arn:aws:iam::123456789012:policy/rainhooks-dev/limits" } },
    "has a name of the stage itself",
  ],
  [
    "a path without slashes",
    { iam: { path: "platform" } },
    "iam.path must be a path that begins and ends with a slash",
  ],
  ["a tag of AWS", { tags: { "aws:x": "1" } }, "tags.aws:x: a tag's name has"],
  [
    "a tag of the stage",
    { tags: { "rainhooks-stage": "x" } },
    "tags.rainhooks-stage: the stage sets this tag",
  ],
  ["a tag with a control character", { tags: { a: "x\u0007" } }, "tags.a: a tag's value has"],
  [
    "an alarm topic that is a queue",
    { alarms: { topicArn: "arn:aws:sqs:us-east-1:123456789012:q" } },
    "alarms.topicArn",
  ],
  [
    "a topic for what is urgent that is none",
    { alarms: { urgentTopicArn: "nonsense" } },
    "alarms.urgentTopicArn must be the ARN of an SNS topic",
  ],
  [
    "more recovery than DynamoDB has",
    { tables: { recoveryDays: 36 } },
    "tables.recoveryDays must be",
  ],
  [
    "a day that is none",
    { archive: { firstDay: "2026-13-01" } },
    'archive.firstDay must be a day such as 2026-11-25, not "2026-13-01"',
  ],
  [
    "an archive deleted at once",
    { archive: { deleteAfterDays: 0 } },
    "archive.deleteAfterDays must be",
  ],
  [
    "an origin with a path",
    { functions: { "query-api": { allowOrigins: ["https://a.example/x"] } } },
    "functions.query-api.allowOrigins.0 must be an origin",
  ],
  [
    "every origin",
    { functions: { "query-api": { allowOrigins: ["*"] } } },
    'functions.query-api.allowOrigins.0 must be an origin, such as https://ops.example.com, not "*"',
  ],
  [
    "an unknown level of the stage",
    { logLevel: "loud" as "info" },
    "logLevel must be one of debug",
  ],
  [
    "an event that a webhook cannot leave out",
    hello({ leaveOut: ["x" as "rmaker.event.alert"] }),
    'hello.leaveOut.0 must be an event of docs/events.md, not "x"',
  ],
  [
    "a retention over two weeks",
    hello({ queueRetentionDays: 15 }),
    "queueRetentionDays must be up to 14",
  ],
  [
    "dead letters that die first",
    hello({ deadLetterRetentionDays: 3 }),
    "must be at least queueRetentionDays",
  ],
  [
    "an alarm below nothing",
    hello({ alarms: { maxFailures: -1 } }),
    "hello.alarms.maxFailures must be",
  ],
  [
    "silence for half an hour",
    hello({ alarms: { silentAfterHours: 0.5 } }),
    "alarms.silentAfterHours must be",
  ],
  [
    "more variables than Lambda takes",
    hello({ environment: { BIG: "x".repeat(4000) } }),
    "environment must have up to",
  ],
  ["production for any account", withoutAccount, "a production stage needs accountId"],
  [
    "dropping data of production",
    { ...prod, dropData: ["hello"] },
    "dropData is not allowed in a production stage",
  ],
  [
    "a setting in the environment",
    hello({ environment: { TOKEN: "abc" } }),
    "TOKEN: it is the variable of a setting",
  ],
  [
    "an unknown setting",
    hello({ settings: { loud: 1 } }),
    "functions.hello.settings: loud is not a setting (known: volume, token)",
  ],
  [
    "a setting out of its range",
    hello({ settings: { volume: 11 } }),
    "functions.hello.settings: volume must be a number from 0 to 10",
  ],
  [
    "a secret's value",
    hello({ settings: { token: "abc" } }),
    "token is a secret: give its location",
  ],
  [
    "a location for a setting that is not a secret",
    hello({ settings: { volume: { ssm: "/x" } } }),
    "volume is not a secret",
  ],
  [
    "production whose alarms reach nobody",
    { ...prod, alarms: {} },
    "needs alarms that reach somebody",
  ],
  [
    "a wrong log level",
    hello({ environment: { LOG_LEVEL: "loud" } }),
    "LOG_LEVEL must be one of debug",
  ],
  [
    "an empty filter policy",
    hello({ filterPolicy: { node_id: [] } }),
    "filterPolicy.node_id must be a list of 1 to 150",
  ],
])("checkStage rejects %s, with stage and field", (_, change, message) => {
  expect(() => check(change)).toThrow(TypeError);
  expect(() => check(change)).toThrow(/^Stage (dev|prod): /);
  expect(() => check(change)).toThrow(message);
});

it("checkStage reports all mistakes at once", () => {
  expect(() => check({ region: "x", logRetentionDays: 2 })).toThrow(
    /region must .*; logRetentionDays must/,
  );
});

test.each<[string, FunctionChanges, string]>([
  [
    "archive",
    { everyMinutes: 5 },
    "functions.archive.everyMinutes has no effect on a function with the trigger topics",
  ],
  ["retries", { leaveOut: [] }, "leaveOut has no effect on a function with the trigger queue"],
  ["watch", { batchSize: 5 }, "batchSize has no effect on a function with the trigger rate"],
  [
    "watch",
    { alarms: { maxAgeS: 5 } },
    "alarms.maxAgeS has no effect on a function with the trigger rate",
  ],
  ["retries", { alarms: { silentAfterHours: 5 } }, "alarms.silentAfterHours has no effect"],
  [
    "query-api",
    { maxConcurrency: 5 },
    "maxConcurrency has no effect on a function with the trigger url",
  ],
  ["hello", { paused: "no" } as never, "functions.hello.paused must be true or false"],
  [
    "hello",
    { pausd: true } as FunctionChanges,
    "functions.hello.pausd is not a field (known: deployed,",
  ],
  [
    "hello",
    { alarms: { maxErrors: 5 } } as FunctionChanges,
    "functions.hello.alarms.maxErrors is not a field",
  ],
])(
  "checkStage rejects for %s a field that such functions do not have",
  (name, changes, message) => {
    expect(() => checkStage({ ...dev, functions: { [name]: changes } }, SHIPPED)).toThrow(message);
  },
);

it("checkStage accepts for each function the fields of its trigger", () => {
  const alarms = { maxFailures: 1 };
  const functions = {
    archive: { alarms: { ...alarms, maxDeadLetters: 1, maxAgeS: 1, silentAfterHours: 1 } },
    retries: { alarms: { ...alarms, maxDeadLetters: 1, maxAgeS: 1 }, queueRetentionDays: 3 },
    watch: { alarms, reservedConcurrency: 1, environment: { A_B: "c" } },
    "query-api": { alarms, timeoutS: 20 },
  };
  expect(() => checkStage({ ...dev, functions }, SHIPPED)).not.toThrow();
});
