import { describe, expect, it, test } from "@jest/globals";
import { type ResourceJson, resources } from "@rainhooks/stack/stack-json";
import { stageOutputs } from "@rainhooks/stage/outputs";
import { deadLetterQueueName } from "@rainhooks/webhook/names";
import * as v from "valibot";
import { deployerStatements } from "../policies/deployer.ts";
import { synthesize } from "../synthesize.ts";
import { dashboardWidgets } from "../testing/dashboard-widgets.ts";
import { RULES } from "../testing/rules.ts";
import { dev, everything } from "../testing/stages.ts";
import { CHANGES, ownResource as own, synthesizeWith, WITH_WORKER } from "../testing/workers.ts";

const stack = synthesizeWith({});
const changed = synthesizeWith({ functions: { calls: CHANGES } });

interface PolicyStatement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

function statementsOf(attributes: ResourceJson): PolicyStatement[] {
  return JSON.parse(String(attributes["policy"])).Statement;
}

const [queueId, queue] = own(stack, "aws_sqs_queue", "calls_queue");
const [deadLettersId, deadLetters] = own(stack, "aws_sqs_queue", "calls_dead-letters");
const [functionId, lambda] = own(stack, "aws_lambda_function", "calls_function");

describe.each([
  ["a stage", stack],
  ["a stage that changes its worker", changed],
])("%s with a worker", (_, one) => {
  test.each(Object.entries(RULES))("a stage with a worker keeps the rule: %s", (_rule, rule) => {
    expect(rule(one)).toEqual([]);
  });
});

describe("a worker", () => {
  it("a worker has a queue and a dead-letter queue with the settings of its definition", () => {
    expect(queue).toMatchObject({
      name: "rainhooks-dev-calls",
      visibility_timeout_seconds: 360,
      message_retention_seconds: 1_209_600,
    });
    expect(JSON.parse(String(queue["redrive_policy"]))).toEqual({
      deadLetterTargetArn: `\${aws_sqs_queue.${deadLettersId}.arn}`,
      maxReceiveCount: 100,
    });
    expect(deadLetters).toMatchObject({ name: `rainhooks-dev-${deadLetterQueueName("calls")}` });
    expect(own(stack, "aws_sqs_queue_redrive_allow_policy", "calls_")[1]).toMatchObject({
      queue_url: `\${aws_sqs_queue.${deadLettersId}.id}`,
      redrive_allow_policy: expect.stringContaining(`\${aws_sqs_queue.${queueId}.arn}`),
    });
  });

  it("a worker has a function that reads the queue in batches, and reports the messages that failed", () => {
    expect(own(stack, "aws_lambda_event_source_mapping", "calls_")[1]).toMatchObject({
      event_source_arn: `\${aws_sqs_queue.${queueId}.arn}`,
      function_name: `\${aws_lambda_function.${functionId}.arn}`,
      batch_size: 10,
      maximum_batching_window_in_seconds: 0,
      function_response_types: ["ReportBatchItemFailures"],
      scaling_config: { maximum_concurrency: 10 },
    });
    expect(lambda).toMatchObject({
      function_name: "rainhooks-dev-calls",
      memory_size: 1024,
      timeout: 60,
    });
    expect(lambda["environment"]).toEqual({
      variables: {
        LOG_LEVEL: "info",
        RAINHOOKS_STAGE: "dev",
        QUEUE_URL: `\${aws_sqs_queue.${queueId}.id}`,
        DEAD_LETTER_QUEUE_URL: `\${aws_sqs_queue.${deadLettersId}.id}`,
        RETRY_FIRST_WAIT_S: "30",
        RETRY_MAX_WAIT_S: "900",
        NODES_TABLE: "rainhooks-dev-node-status",
        CALL_LOG_TABLE: "rainhooks-dev-call-log",
        TOKEN: "ssm:/rainhooks-secrets/dev/calls/token",
      },
    });
  });

  it("a worker may use its queue, its dead-letter queue, its tables and its secret, and nothing else", () => {
    const allowed = statementsOf(own(stack, "aws_iam_role_policy", "calls_role-policy")[1]).flatMap(
      ({ Action, Resource }) =>
        Resource.map((resource) => [resource, [...Action].sort().join(" ")]),
    );
    // Of each slot.
    const nodes = resources(stack, "aws_dynamodb_table")
      .filter(([id]) => id.startsWith("table-node-status"))
      .map(([id]) => [`\${aws_dynamodb_table.${id}.arn}`, "dynamodb:GetItem"]);
    const [logTableId] = own(stack, "aws_dynamodb_table", "table-call-log");
    const [logId] = own(stack, "aws_cloudwatch_log_group", "calls_");
    const { [`\${aws_cloudwatch_log_group.${logId}.arn}:*`]: logs, ...rest } =
      Object.fromEntries(allowed);
    expect(logs).toBe("logs:CreateLogStream logs:PutLogEvents");
    const secret = Object.keys(rest).find((resource) => resource.startsWith("arn:")) ?? "";
    expect(secret).toMatch(/:parameter\/rainhooks-secrets\/dev\/calls\/token$/);
    expect(rest).toEqual({
      [`\${aws_sqs_queue.${deadLettersId}.arn}`]: "sqs:SendMessage",
      [`\${aws_sqs_queue.${queueId}.arn}`]:
        "sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage",
      ...Object.fromEntries(nodes),
      [`\${aws_dynamodb_table.${logTableId}.arn}`]: "dynamodb:PutItem",
      [secret]: "ssm:GetParameter",
    });
  });

  it("a worker gets messages from functions of the stage only: no topic may send to its queues", () => {
    for (const id of ["calls_queue-policy", "calls_dead-letters-policy"])
      expect(
        statementsOf(own(stack, "aws_sqs_queue_policy", id)[1]).map(({ Effect }) => Effect),
      ).toEqual(["Deny"]);
    expect(
      resources(stack, "aws_sns_topic_subscription").filter(([id]) => id.startsWith("calls_")),
    ).toEqual([]);
  });

  it("a worker has alarms and graphs as a webhook has them, but no alarm for silence", () => {
    const alarms = resources(stack, "aws_cloudwatch_metric_alarm")
      .map(([, { alarm_name }]) => String(alarm_name))
      .filter((name) => name.includes("-calls-"));
    expect(alarms.toSorted()).toEqual(
      ["dead-letters", "failing", "late", "stuck"].map((alarm) => `rainhooks-dev-calls-${alarm}`),
    );
    const titles = dashboardWidgets(stack).map(({ properties }) => properties.title);
    expect(titles.filter((title) => title.startsWith("calls: "))).toHaveLength(3);
  });

  it("a worker is in the outputs of the stage, as a webhook is", () => {
    const { functions } = v.parse(stageOutputs, stack.output["stage"]?.["value"]);
    expect(functions).toMatchObject({
      calls: {
        trigger: "queue",
        function: `\${aws_lambda_function.${functionId}.function_name}`,
        queueUrl: `\${aws_sqs_queue.${queueId}.id}`,
        deadLetterQueueUrl: `\${aws_sqs_queue.${deadLettersId}.id}`,
        settings: {
          pauseS: { kind: "number", value: "5", isDefault: true },
          token: {
            kind: "secret",
            value: "ssm:/rainhooks-secrets/dev/calls/token",
            isDefault: false,
          },
        },
      },
    });
  });
});

describe("a function that sends to a worker", () => {
  it("the sending function has the URL of the queue, and may send to exactly this queue", () => {
    expect(own(stack, "aws_lambda_function", "alerts_")[1]["environment"]).toMatchObject({
      variables: { CALLS_QUEUE_URL: `\${aws_sqs_queue.${queueId}.id}` },
    });
    const sending = statementsOf(own(stack, "aws_iam_role_policy", "alerts_role-policy")[1]).filter(
      ({ Resource }) => Resource.some((resource) => resource.includes("aws_sqs_queue.calls")),
    );
    expect(sending).toEqual([
      {
        Effect: "Allow",
        Action: ["sqs:SendMessage"],
        Resource: [`\${aws_sqs_queue.${queueId}.arn}`],
      },
    ]);
  });

  it("the sending function is the only one that names the queue, besides the worker", () => {
    const others = resources(stack, "aws_iam_role_policy").filter(([, attributes]) =>
      JSON.stringify(attributes).includes("aws_sqs_queue.calls_"),
    );
    expect(others.map(([id]) => id.split("_")[0]).toSorted()).toEqual(["alerts", "calls"]);
  });
});

it("a stage encrypts the queues of a worker with its key, which both sides may use", () => {
  const encrypted = synthesize(everything, WITH_WORKER).stack;
  expect(RULES["a key of the stage encrypts everything"]?.(encrypted)).toEqual([]);
  for (const name of ["alerts", "calls"])
    expect(
      statementsOf(own(encrypted, "aws_iam_role_policy", `${name}_role-policy`)[1]).flatMap(
        ({ Action }) => Action,
      ),
    ).toEqual(expect.arrayContaining(["kms:Decrypt", "kms:GenerateDataKey"]));
});

it("a worker needs no permissions of the deployer that webhooks do not need", () => {
  expect(deployerStatements(dev, stack)).toEqual(deployerStatements(dev, synthesize(dev).stack));
});
