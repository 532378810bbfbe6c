import { describe, expect, it, test } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import type { EventType } from "@rainhooks/core/catalog";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { resources } from "@rainhooks/stack/stack-json";
import { defineWebhook } from "@rainhooks/webhook/define";
import { embeddedMetrics, noMetrics } from "@rainhooks/webhook/observe/metrics";
import type { StageConfig } from "../config.ts";
import { SHIPPED_CONTENTS } from "../contents.ts";
import { synthesize } from "../synthesize.ts";
import { minutesOn, pointsIn } from "../testing/alarm-evaluator.ts";
import { dev } from "../testing/stages.ts";
import { findResource, variant } from "../testing/variant.ts";

const { stack } = synthesize(dev);

/** Events whose topics a stage has only if its file says so. */
const WITHOUT_TOPIC: readonly EventType[] = [
  "rmaker.event.user_node_sharing_remove",
  "rainhooks.event.node_session_ended",
];

describe.each(SHIPPED_WEBHOOKS)("webhook $name", (webhook) => {
  const name = `rainhooks-dev-${webhook.name}`;
  const lambda = findResource(stack, "aws_lambda_function", "function_name", name);

  it("the webhook has its own function on Node.js 24 and arm64, with a log retention of two weeks", () => {
    expect(lambda).toMatchObject({
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      memory_size: webhook.function.memoryMiB,
      timeout: webhook.function.timeoutS,
    });
    expect(
      findResource(stack, "aws_cloudwatch_log_group", "name", `/aws/lambda/${name}`),
    ).toMatchObject({
      retention_in_days: 14,
    });
    expect(findResource(stack, "aws_iam_role", "name", name)).toBeDefined();
  });

  it("the webhook has the environment variables of its configuration", () => {
    const { variables } = lambda["environment"] as { variables: Record<string, string> };
    expect(variables).toMatchObject({
      RAINHOOKS_STAGE: "dev",
      RAINHOOKS_INTEGRATION: "rainhooks-dev",
    });
    for (const { env, kind } of Object.values(webhook.resources)) {
      const isQueue = kind === "queue";
      const expected = isQueue
        ? /^\$\{aws_sqs_queue\./
        : kind === "archived"
          ? /^node_connected,/
          : /^rainhooks-dev-/;
      expect(variables[env]).toMatch(expected);
    }
    expect("FILTER_RULES_TABLE" in variables).toBe(webhook.filtered);
  });

  test.each([
    ["dead-letters", "ApproximateNumberOfMessagesVisible", "AWS/SQS", "QueueName", "-dead-letters"],
    ["late", "ApproximateAgeOfOldestMessage", "AWS/SQS", "QueueName", ""],
  ])(
    "the webhook has an alarm %s, on its own %s",
    (alarm, metric_name, namespace, dimension, suffix) => {
      const made = findResource(
        stack,
        "aws_cloudwatch_metric_alarm",
        "alarm_name",
        `${name}-${alarm}`,
      );
      expect(made).toMatchObject({ namespace, metric_name });
      expect(made["dimensions"]).toEqual({ [dimension]: `${name}${suffix}` });
    },
  );

  it("the webhook has an alarm on failures and throttles of its own function", () => {
    const made = findResource(
      stack,
      "aws_cloudwatch_metric_alarm",
      "alarm_name",
      `${name}-failing`,
    );
    const queries = made["metric_query"] as {
      readonly expression?: string;
      readonly metric?: { readonly metric_name: string; readonly dimensions: object };
    }[];
    expect(queries.flatMap(({ metric }) => metric ?? [])).toMatchObject(
      ["Errors", "Throttles"].map((metric_name) => ({
        metric_name,
        dimensions: { FunctionName: name },
      })),
    );
    expect(queries.find(({ expression }) => expression !== undefined)).toMatchObject({
      expression: "SUM([FILL(m0, 0), FILL(m1, 0)])",
    });
  });

  it("the webhook has an alarm for records that fail again and again, by a metric of its function", () => {
    const alarm = findResource(stack, "aws_cloudwatch_metric_alarm", "alarm_name", `${name}-stuck`);
    const atMs = Date.UTC(2026, 10, 24, 8);
    const isOn = (oldestFailedS: number) => {
      const dimensions = { Stage: "dev", Webhook: webhook.name };
      const line = embeddedMetrics(
        dimensions,
        noMetrics(),
        { eventAgesMs: [], oldestFailedS },
        atMs,
      );
      return minutesOn(alarm, pointsIn(line), { fromMs: atMs, toMs: atMs + MINUTE_MS }).length > 0;
    };
    const limitS = Number(alarm["threshold"]);
    expect([isOn(limitS), isOn(limitS + 1)]).toEqual([false, true]);
  });

  it("the webhook has a queue and a dead-letter queue with the settings of its definition", () => {
    expect(findResource(stack, "aws_sqs_queue", "name", name)).toMatchObject({
      visibility_timeout_seconds: webhook.queue.visibilityTimeoutS,
      message_retention_seconds: webhook.queue.retentionS,
      redrive_policy: expect.stringContaining(`"maxReceiveCount":${webhook.queue.maxReceives}`),
    });
    expect(findResource(stack, "aws_sqs_queue", "name", `${name}-dead-letters`)).toMatchObject({
      message_retention_seconds: webhook.queue.deadLetterRetentionS,
    });
  });

  it("the webhook has a queue of replays, which no topic may fill, only if it accepts replays; it has its own concurrency", () => {
    const accepts = webhook.replay !== "refuse";
    const { variables } = lambda["environment"] as { variables: Record<string, string> };
    expect("REPLAY_QUEUE_URL" in variables).toBe(accepts);
    const queues = resources(stack, "aws_sqs_queue").map(([, queue]) => queue["name"]);
    expect(queues.includes(`${name}-replay`)).toBe(accepts);
    if (!accepts) return;
    expect(findResource(stack, "aws_sqs_queue", "name", `${name}-replay`)).toMatchObject({
      visibility_timeout_seconds: webhook.queue.visibilityTimeoutS,
      redrive_policy: expect.stringContaining(`"maxReceiveCount":${webhook.queue.maxReceives}`),
    });
    const of = (type: string, part: string) =>
      resources(stack, type).find(([id]) => id.startsWith(`${webhook.name}_${part}`))?.[1];
    expect(String(of("aws_sqs_queue_policy", "replay-queue-policy")?.["policy"])).not.toContain(
      "sns.amazonaws.com",
    );
    const [live, replays] = ["mapping", "replay-mapping"].map((part) =>
      of("aws_lambda_event_source_mapping", part),
    );
    const concurrency = (mapping: typeof live) =>
      (mapping?.["scaling_config"] as { maximum_concurrency: number } | undefined)
        ?.maximum_concurrency ?? 0;
    expect(concurrency(replays)).toBe(Math.max(2, Math.ceil(concurrency(live) / 4)));
    expect(
      of("aws_sqs_queue_redrive_allow_policy", "redrive-allow")?.["redrive_allow_policy"],
    ).toMatch(/replay-queue/);
  });

  it("the webhook subscribes to the topics of its events, and its queue accepts messages only from those", () => {
    const topics = webhook.events.filter((type) => !WITHOUT_TOPIC.includes(type));
    const subscriptions = resources(stack, "aws_sns_topic_subscription").filter(([id]) =>
      id.startsWith(`${webhook.name}_`),
    );
    expect(subscriptions).toHaveLength(topics.length);
    const [, { policy: text }] = resources(stack, "aws_sqs_queue_policy").find(([id]) =>
      id.startsWith(`${webhook.name}_queue-policy`),
    ) ?? ["", { policy: "{}" }];
    const [{ Condition }] = JSON.parse(String(text)).Statement;
    expect(Condition.ArnEquals["aws:SourceArn"]).toHaveLength(topics.length);
  });

  it("the webhook receives batches with the settings of its definition", () => {
    const [, mapping] =
      resources(stack, "aws_lambda_event_source_mapping").find(([id]) =>
        id.startsWith(`${webhook.name}_`),
      ) ?? [];
    expect(mapping).toMatchObject({
      batch_size: webhook.batch.size,
      maximum_batching_window_in_seconds: webhook.batch.windowS,
      scaling_config: { maximum_concurrency: webhook.batch.maxConcurrency },
    });
  });

  it("the webhook has alarms", () => {
    const alarms = resources(stack, "aws_cloudwatch_metric_alarm").map(
      ([, { alarm_name }]) => alarm_name,
    );
    for (const alarm of ["dead-letters", "late", "failing"])
      expect(alarms).toContain(`${name}-${alarm}`);
    const [[, dashboard] = ["", {}]] = resources(stack, "aws_cloudwatch_dashboard");
    expect(JSON.stringify(dashboard)).toContain(`${webhook.name}: records`);
  });
});

describe("subscriptions", () => {
  it("subscriptions depend on the permissions of SNS: it does not retry a message that is denied", () => {
    for (const [, subscription] of resources(stack, "aws_sns_topic_subscription")) {
      const after = String(subscription["depends_on"]);
      expect(after).toContain("_dead-letters-policy_");
      expect(after).toContain("_queue-policy_");
    }
  });
});

describe("what a stage changes", () => {
  it("the settings of a stage replace the values of the definitions", () => {
    const changed = variant({
      integration: "acme",
      logRetentionDays: 3,
      functions: {
        hello: { deployed: false },
        "node-status": {
          leaveOut: ["rmaker.event.node_params_changed", "rmaker.event.node_ts_data"],
        },
        "time-series": {
          memoryMiB: 512,
          timeoutS: 60,
          maxConcurrency: 20,
          batchSize: 500,
          windowS: 10,
          filterPolicy: { node_id: ["n1"] },
          settings: { retentionDays: 365 },
        },
      },
    });
    const names = resources(changed, "aws_lambda_function").map(
      ([, { function_name }]) => function_name,
    );
    expect(names).not.toContain("rainhooks-dev-hello");
    expect(
      findResource(changed, "aws_lambda_function", "function_name", "rainhooks-dev-time-series"),
    ).toMatchObject({
      memory_size: 512,
      timeout: 60,
      environment: {
        variables: { TIME_SERIES_RETENTION_DAYS: "365", RAINHOOKS_INTEGRATION: "acme" },
      },
    });
    expect(
      findResource(changed, "aws_sqs_queue", "name", "rainhooks-dev-time-series"),
    ).toMatchObject({
      visibility_timeout_seconds: 370,
    });
    const subscribed = (id: string) =>
      resources(changed, "aws_sns_topic_subscription").filter(([name]) => name.startsWith(id))
        .length;
    expect(subscribed("node-status_")).toBe(
      (SHIPPED_WEBHOOKS.find(({ name }) => name === "node-status")?.events ?? []).filter(
        (type) => !WITHOUT_TOPIC.includes(type),
      ).length - 2,
    );
    const [, subscription] =
      resources(changed, "aws_sns_topic_subscription").find(([id]) =>
        id.startsWith("time-series_"),
      ) ?? [];
    expect(subscription).toMatchObject({
      filter_policy: '{"node_id":["n1"]}',
      filter_policy_scope: "MessageAttributes",
    });
    expect(
      findResource(
        changed,
        "aws_cloudwatch_log_group",
        "name",
        "/aws/lambda/rainhooks-dev-archive",
      ),
    ).toMatchObject({
      retention_in_days: 3,
    });
  });

  test.each<[string, Partial<StageConfig>, string]>([
    ["a name with capitals", { name: "Dev" }, "name must be"],
    ["an invalid account id", { accountId: "12" }, "accountId must be 12 digits"],
    [
      "the name of the stage on this machine",
      { name: "local" },
      "name must be up to 12 lower-case letters and digits, or a prefix, a dash and those, and not local",
    ],
    [
      "no memory for the API",
      { functions: { "query-api": { memoryMiB: 64 } } },
      "functions.query-api.memoryMiB must be",
    ],
    [
      "no instance for the API",
      { functions: { "query-api": { reservedConcurrency: 0 } } },
      "functions.query-api.reservedConcurrency must be",
    ],
    [
      "less reserved than a webhook uses",
      { functions: { hello: { maxConcurrency: 5, reservedConcurrency: 4 } } },
      'Webhook "hello": reservedConcurrency must be at least',
    ],
    ["an unknown webhook", { functions: { helo: {} } }, "unknown function helo (known: archive"],
    [
      "too little concurrency",
      { functions: { hello: { maxConcurrency: 1 } } },
      "batch.maxConcurrency must be a whole number from 2 to 1000",
    ],
    ["production with local state", { production: true }, "needs Terraform state in S3"],
    [
      "production whose archive can be deleted",
      { production: true, archive: { forceDestroy: true } },
      "archive.forceDestroy is not allowed",
    ],
    [
      "dropping data of an unknown webhook",
      { dropData: ["helo"] },
      "dropData: helo is no function with data",
    ],
    [
      "dropping data that the API reads",
      { functions: { "time-series": { deployed: false } }, dropData: ["time-series"] },
      "dropData would delete the table time-series, which",
    ],
    [
      "dropping data that are in use",
      { dropData: ["archive"] },
      "archive is deployed and needs its data",
    ],
    [
      "a webhook whose topics are all left out",
      { topics: { leaveOut: ["rmaker.event.node_ts_data"] } },
      "webhook time-series has no topic",
    ],
    [
      "an archive without its first day",
      { archive: {} },
      "archive.firstDay is missing: set it to the day",
    ],
    [
      "storage classes in the wrong order",
      { archive: { coolAfterDays: 60, freezeAfterDays: 70 } },
      "freezeAfterDays",
    ],
  ])("a webhook's settings are rejected for %s", (_, change, message) => {
    expect(() => variant(change)).toThrow(message);
  });
});

describe("a webhook whose function is its owner's own", () => {
  const crm = defineWebhook({
    name: "crm",
    description: "d",
    events: ["rmaker.event.alert"],
    runtime: "external",
  });
  const synthesizeWith = (config: StageConfig) =>
    synthesize(config, { ...SHIPPED_CONTENTS, functions: [...SHIPPED_CONTENTS.functions, crm] });
  const { stack: own } = synthesizeWith(dev);

  it("a webhook with an external function has queues, subscriptions and alarms, and no function", () => {
    expect(findResource(own, "aws_sqs_queue", "name", "rainhooks-dev-crm")).toBeDefined();
    expect(
      findResource(own, "aws_sqs_queue", "name", "rainhooks-dev-crm-dead-letters"),
    ).toBeDefined();
    const ids = (type: string) =>
      resources(own, type)
        .map(([id]) => id)
        .filter((id) => id.includes("crm"));
    expect(ids("aws_sns_topic_subscription")).toHaveLength(1);
    expect(ids("aws_cloudwatch_metric_alarm").sort()).toEqual([
      expect.stringContaining("crm-dead-letters"),
      expect.stringContaining("crm-late"),
    ]);
    expect([
      ...ids("aws_lambda_function"),
      ...ids("aws_lambda_event_source_mapping"),
      ...ids("aws_iam_role"),
    ]).toEqual([]);
  });

  it("a webhook with an external function has a policy to read its queue, and no more", () => {
    const { policy } = findResource(own, "aws_iam_policy", "name", "rainhooks-dev-crm-consumer");
    const statements: { Action: string[]; Resource: string[] }[] = JSON.parse(
      String(policy),
    ).Statement;
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
      "sqs:SendMessage",
    ]);
    for (const { Resource } of statements)
      expect(Resource.join()).toMatch(/^\$\{aws_sqs_queue\.crm_[\w-]+\.arn\}$/);
  });

  it("a webhook with an external function has no fields of a function", () => {
    const changes = { memoryMiB: 512, maxConcurrency: 5 } as const;
    expect(() => synthesizeWith({ ...dev, functions: { crm: changes } })).toThrow(
      "its function is your own, so memoryMiB, maxConcurrency would have no effect",
    );
  });
});
