import { describe, expect, it, test } from "@jest/globals";
import { resources, type StackJson } from "@rainhooks/stack/stack-json";
import type { StageConfig } from "./config.ts";
import { loadStages } from "./stages/load-stages.ts";
import { synthesize } from "./synthesize.ts";
import { clone } from "./tasks/workplace.ts";
import { RULES } from "./testing/rules.ts";
import { dev, everything, production } from "./testing/stages.ts";

const STAGES: Readonly<Record<string, StageConfig>> = {
  dev,
  production,
  everything,
  ...Object.fromEntries(
    (await loadStages(clone.stagesDir)).map((stage) => [`infra/stages/${stage.name}.ts`, stage]),
  ),
};

/** The stack without the account and the ARNs that its configuration contains. */
function withoutConfigured(stack: StackJson, config: StageConfig): StackJson {
  const { region, functions: { "query-api": _api, ...functions } = {}, ...others } = config;
  const rest = { ...others, functions };
  const given = [...JSON.stringify(rest).matchAll(/arn:aws[^"]*|\b\d{12}\b/g)].map(
    ([text]) => text,
  );
  const longestFirst = given.sort((a, b) => b.length - a.length);
  return JSON.parse(
    longestFirst.reduce((text, one) => text.replaceAll(one, "configured"), JSON.stringify(stack)),
  );
}

const stacks = Object.entries(STAGES).map(([name, config]) => ({
  name,
  stack: withoutConfigured(synthesize(config).stack, config),
}));

describe.each(stacks)("$name", ({ stack }) => {
  test.each(Object.entries(RULES))("the stack keeps the rule: %s", (_, rule) => {
    expect(rule(stack)).toEqual([]);
  });
});

const intact = synthesize(dev).stack;

/** A stack in which the first resource of a type is changed. */
function broken(type: string, change: Record<string, unknown>): StackJson {
  const [[name, attributes] = ["", {}]] = resources(intact, type);
  const changed = Object.entries({ ...attributes, ...change }).filter(
    ([, value]) => value !== undefined,
  );
  const others = intact.resource[type];
  return {
    ...intact,
    resource: { ...intact.resource, [type]: { ...others, [name]: Object.fromEntries(changed) } },
  };
}

function policyOf(...statements: object[]) {
  return { policy: JSON.stringify({ Statement: statements }) };
}

const trust = (service: string) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal: { Service: service } }] });

describe("each rule fails for a stack that breaks it", () => {
  const allowAll = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
  const allowEverything = { Effect: "Allow", Action: "s3:*", Resource: `\${aws_s3_bucket.x.arn}` };
  test.each([
    [
      "every event source mapping reports partial failures",
      "aws_lambda_event_source_mapping",
      { function_response_types: undefined },
    ],
    [
      "every subscription has a dead-letter queue, unless its topic is in another region",
      "aws_sns_topic_subscription",
      { redrive_policy: undefined },
    ],
    [
      "every queue that feeds a function hides records for six times the function's timeout",
      "aws_lambda_function",
      { timeout: 900 },
    ],
    [
      "every bucket blocks public access",
      "aws_s3_bucket_public_access_block",
      { block_public_acls: false },
    ],
    ["every bucket requires TLS", "aws_s3_bucket_policy", policyOf()],
    [
      "every bucket is encrypted",
      "aws_s3_bucket_server_side_encryption_configuration",
      { bucket: "another" },
    ],
    [
      "every bucket blocks keys of callers (SSE-C), as AWS does by default",
      "aws_s3_bucket_server_side_encryption_configuration",
      { rule: [{ bucket_key_enabled: true }] },
    ],
    ["every queue takes messages of 1 MiB", "aws_sqs_queue", { max_message_size: undefined }],
    ["every queue requires TLS", "aws_sqs_queue_policy", policyOf()],
    [
      "every table, queue and stream is encrypted",
      "aws_sqs_queue",
      { sqs_managed_sse_enabled: false },
    ],
    [
      "every table, queue and stream is encrypted",
      "aws_dynamodb_table",
      { server_side_encryption: { enabled: true } },
    ],
    ["a key of the stage encrypts everything", "aws_sqs_queue", { kms_master_key_id: "key" }],
    [
      "Firehose assumes a role only for the stage's account",
      "aws_iam_role",
      { assume_role_policy: trust("firehose.amazonaws.com") },
    ],
    [
      "only alarms of the stage's account publish to its topic",
      "aws_sns_topic_policy",
      { policy: trust("cloudwatch.amazonaws.com") },
    ],
    [
      "every bucket with a lifecycle ends unfinished uploads",
      "aws_s3_bucket_lifecycle_configuration",
      { rule: [] },
    ],
    [
      "every function URL requires AWS credentials",
      "aws_lambda_function_url",
      { cors: { allow_origins: ["*"] } },
    ],
    [
      "every table, queue and stream is encrypted",
      "aws_kinesis_firehose_delivery_stream",
      { server_side_encryption: undefined },
    ],
    [
      "every table can be restored to a point in time",
      "aws_dynamodb_table",
      { point_in_time_recovery: { enabled: false } },
    ],
    [
      "every function URL requires AWS credentials",
      "aws_lambda_function_url",
      { authorization_type: "NONE" },
    ],
    ["no policy allows an unknown wildcard resource", "aws_iam_policy", policyOf(allowAll)],
    [
      "every log group has a retention",
      "aws_cloudwatch_log_group",
      { retention_in_days: undefined },
    ],
    ["no resource contains an account id", "aws_sqs_queue", { kms_master_key_id: "123456789012" }],
    [
      "no resource contains a literal ARN",
      "aws_sqs_queue",
      { kms_master_key_id: "arn:aws:kms:eu-west-1::key/1" },
    ],
    ["no policy allows an unknown wildcard resource", "aws_iam_role_policy", policyOf(allowAll)],
    [
      "no policy allows an action with a wildcard",
      "aws_iam_role_policy",
      policyOf(allowEverything),
    ],
  ])("the rule fails for a stack that breaks it: %s (%s)", (rule, type, change) => {
    expect(RULES[rule]?.(broken(type, change))).not.toEqual([]);
  });

  it("every queue has a dead-letter queue or is one", () => {
    const queues = { ...intact.resource["aws_sqs_queue"], orphan: { name: "orphan" } };
    const orphaned = { ...intact, resource: { ...intact.resource, aws_sqs_queue: queues } };
    expect(RULES["every queue has a dead-letter queue or is one"]?.(orphaned)).toEqual([
      "aws_sqs_queue.orphan",
    ]);
  });

  it("every resource that takes tags gets the provider's", () => {
    const untagged = { ...intact, provider: { aws: [{ region: "us-east-1" }] } };
    expect(RULES["every resource that takes tags gets the provider's"]?.(untagged)).toEqual([
      "provider",
    ]);
  });
});
