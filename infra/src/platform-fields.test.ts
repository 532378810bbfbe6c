import { describe, expect, it } from "@jest/globals";
import { outputsIn, resources, type StackJson } from "@rainhooks/stack/stack-json";
import { synthesize } from "./synthesize.ts";
import { EVERY_PART_FIELD, EVERY_PART_FUNCTION } from "./testing/part-stages.ts";
import { everything } from "./testing/stages.ts";
import { findResource, variant } from "./testing/variant.ts";

/* The fields that a platform team needs, on a stage that sets all of them. */

const { stack } = synthesize(everything);
const NAME = "acmeiot-all";
const CONNECTED = everything.topics?.arns?.["rmaker.event.node_connected"];

function alarm(json: StackJson, name: string) {
  return findResource(json, "aws_cloudwatch_metric_alarm", "alarm_name", name);
}

const alarmNames = (json: StackJson) =>
  resources(json, "aws_cloudwatch_metric_alarm").map(([, { alarm_name }]) => String(alarm_name));

describe("names and tags", () => {
  it("names and tags fit the limits of AWS with the longest prefix and stage", () => {
    const { stack: longest } = synthesize({
      ...everything,
      name: `${"a".repeat(15)}-${"b".repeat(12)}`,
    });
    const longer = (type: string, attribute: string, max: number) =>
      resources(longest, type).filter(
        ([, attributes]) => String(attributes[attribute] ?? "").length > max,
      );
    expect(longer("aws_s3_bucket", "bucket_prefix", 37)).toEqual([]);
    expect(longer("aws_lambda_function", "function_name", 64)).toEqual([]);
    expect(longer("aws_iam_role", "name", 64)).toEqual([]);
    expect(longer("aws_sqs_queue", "name", 80)).toEqual([]);
    expect(longer("aws_kinesis_firehose_delivery_stream", "name", 64)).toEqual([]);
  });

  it("the stage's own tags are added to those of the provider", () => {
    const tags = {
      "cost-center": "4711",
      project: "rainhooks",
      "rainhooks-stage": NAME,
      "managed-by": "terraform",
    };
    expect(stack.provider.aws[0]).toMatchObject({ default_tags: [{ tags }] });
  });
});

describe("roles", () => {
  it("roles have the permissions boundary and the path", () => {
    const roles = resources(stack, "aws_iam_role");
    expect(roles.length).toBeGreaterThan(4);
    for (const [, role] of roles)
      expect(role).toMatchObject({
        permissions_boundary: "arn:aws:iam::123456789012:policy/boundary",
        path: "/platform/acmeiot-all/",
      });
    for (const [, policy] of resources(stack, "aws_iam_policy"))
      expect(policy["path"]).toBe("/platform/acmeiot-all/");
  });

  it("roles may use the key of the stage, and no other key", () => {
    for (const [, { policy }] of resources(stack, "aws_iam_role_policy")) {
      const statements: { Action: string[]; Resource: string[] }[] = JSON.parse(
        String(policy),
      ).Statement;
      const forKeys = statements.filter(({ Action }) =>
        Action.some((action) => action.startsWith("kms:")),
      );
      expect(forKeys.map(({ Resource }) => Resource)).toEqual([[everything.kmsKeyArn]]);
    }
    expect(JSON.stringify(variant({}).resource)).not.toContain("kms:");
  });
});

describe("topics", () => {
  it("topics with an ARN are not looked up, and their subscription is in their region", () => {
    const names = Object.values(stack.data?.["aws_sns_topic"] ?? {}).map(({ name }) => name);
    expect(names).toContain("acme-alerts");
    expect(names).toContain("acme_node_ts_data");
    expect(names.join()).not.toContain("node_connected");
    const connected = resources(stack, "aws_sns_topic_subscription").filter(
      ([, { topic_arn }]) => topic_arn === CONNECTED,
    );
    expect(connected.length).toBeGreaterThan(2);
    for (const [, subscription] of connected) {
      expect(subscription["region"]).toBe("eu-west-1");
      // AWS accepts only a dead-letter queue in the region of the topic.
      expect(subscription).not.toHaveProperty("redrive_policy");
    }
    const others = resources(stack, "aws_sns_topic_subscription").filter(
      ([, { topic_arn, protocol }]) => topic_arn !== CONNECTED && protocol !== "email",
    );
    for (const [, subscription] of others) expect(subscription).not.toHaveProperty("region");
  });
});

describe("functions", () => {
  it("functions log at the level of the stage, unless a webhook has its own", () => {
    const levelOf = (json: StackJson, webhook: string) => {
      const lambda = findResource(json, "aws_lambda_function", "function_name", webhook);
      return (lambda["environment"] as { variables: Record<string, string> }).variables[
        "LOG_LEVEL"
      ];
    };
    expect(levelOf(stack, `${NAME}-archive`)).toBe("warn");
    const own = variant({
      logLevel: "warn",
      functions: { hello: { environment: { LOG_LEVEL: "debug" } } },
    });
    expect(levelOf(own, "rainhooks-dev-hello")).toBe("debug");
    expect(levelOf(variant({}), "rainhooks-dev-hello")).toBe("info");
  });

  it("functions have reserved concurrency where the stage reserves it", () => {
    const lambda = findResource(stack, "aws_lambda_function", "function_name", `${NAME}-archive`);
    expect(lambda["reserved_concurrent_executions"]).toBe(20);
  });
});

describe("retention", () => {
  it("the retention of queues, tables and the archive is what the stage says", () => {
    expect(findResource(stack, "aws_sqs_queue", "name", `${NAME}-archive`)).toMatchObject({
      message_retention_seconds: 4 * 86_400,
    });
    expect(
      findResource(stack, "aws_sqs_queue", "name", `${NAME}-archive-dead-letters`),
    ).toMatchObject({
      message_retention_seconds: 10 * 86_400,
    });
    for (const [, table] of resources(stack, "aws_dynamodb_table"))
      expect(table["point_in_time_recovery"]).toEqual({
        enabled: true,
        recovery_period_in_days: 7,
      });
    expect(JSON.stringify(resources(stack, "aws_s3_bucket_lifecycle_configuration"))).toMatch(
      /"expiration":\[\{"days":400\}\].*"days":31,.*"days":100,/,
    );
  });

  it("the archive leaves out storage classes that begin after its objects are deleted", () => {
    const short = JSON.stringify(
      resources(
        variant({ archive: { firstDay: "2026-11-25", deleteAfterDays: 60 } }),
        "aws_s3_bucket_lifecycle_configuration",
      ),
    );
    expect(short).toContain("STANDARD_IA");
    expect(short).not.toContain("GLACIER_IR");
  });
});

describe("alarms", () => {
  it("alarms reach all e-mail addresses and the team's topic", () => {
    const emails = resources(stack, "aws_sns_topic_subscription").flatMap(
      ([, { protocol, endpoint }]) => (protocol === "email" ? [endpoint] : []),
    );
    expect(emails.sort()).toEqual(["boss@example.com", "ops@example.com"]);
    for (const [, { alarm_actions }] of resources(stack, "aws_cloudwatch_metric_alarm")) {
      expect((alarm_actions as string[]).slice(0, 2)).toEqual([
        expect.stringContaining("aws_sns_topic."),
        everything.alarms?.topicArn,
      ]);
    }
  });

  it("alarms need no topic of their own beside the team's topic", () => {
    const topicArn = "arn:aws:sns:us-east-1:123456789012:pager";
    const pager = variant({ alarms: { topicArn } });
    expect(resources(pager, "aws_sns_topic").map(([, { name }]) => name)).toEqual([
      "rainhooks-dev-alarm-changed",
    ]);
    for (const [, { alarm_actions }] of resources(pager, "aws_cloudwatch_metric_alarm"))
      expect(alarm_actions).toEqual([topicArn]);
  });

  it("alarms have the thresholds of their webhook", () => {
    const threshold = (name: string) => alarm(stack, `${NAME}-time-series-${name}`)["threshold"];
    expect(["dead-letters", "late", "failing"].map(threshold)).toEqual([5, 1800, 2]);
    expect(alarm(stack, `${NAME}-archive-late`)).toMatchObject({ threshold: 900 });
  });

  it("alarms notify nobody when they are muted, and an unknown one is a mistake", () => {
    expect(alarm(stack, `${NAME}-hello-failing`)["actions_enabled"]).toBe(false);
    expect(alarm(stack, `${NAME}-archive-late`)).not.toHaveProperty("actions_enabled");
    expect(() => variant({ alarms: { mute: ["helo-failing"] } })).toThrow(
      /Stage dev: alarms.mute: unknown alarm helo-failing \(known: .*hello-failing/,
    );
    const urgentTopicArn = "arn:aws:sns:us-east-1:123456789012:urgent";
    expect(() => variant({ alarms: { mute: ["helo-failing"], urgentTopicArn } })).toThrow(
      /^(?!.*page-behind.*page-behind).*unknown alarm helo-failing .*page-behind/,
    );
  });

  it("webhooks are silent after some hours where every fleet sends daily, and where the stage says so", () => {
    const { functions } = outputsIn(stack);
    expect(functions["time-series"]).toMatchObject({ silentAfterHours: 48 });
    expect(functions["archive"]).toMatchObject({ silentAfterHours: 24 });
    expect(functions["node-status"]).not.toHaveProperty("silentAfterHours");
  });

  it("the rounds read throttles of Firehose and DynamoDB", () => {
    const { rounds } = outputsIn(stack);
    const metricsOf = (name: string) => rounds?.hourly.find((one) => one.name === name)?.metrics;
    expect(metricsOf("archive-refusals")).toEqual([
      ["AWS/Firehose", "ThrottledRecords", "DeliveryStreamName", `${NAME}-archive`],
    ]);
    const said = metricsOf("node-status-table")?.map(([, metric, ...dimensions]) => [
      metric,
      ...dimensions.filter((_, index) => index % 2 === 1),
    ]);
    const slotTables = resources(stack, "aws_dynamodb_table")
      .map(([id]) => id.replace("table-", ""))
      .filter((name) => /^node-status(?:-b)?$/.test(name));
    expect(said).toEqual(
      slotTables.flatMap((table) => [
        ["WriteThrottleEvents", `${NAME}-${table}`],
        ["ReadThrottleEvents", `${NAME}-${table}`],
        ...["by-status", "by-id", "by-mark"].map((index) => [
          "WriteThrottleEvents",
          `${NAME}-${table}`,
          index,
        ]),
      ]),
    );
  });

  it("alarms have at most ten metrics each, CloudWatch's limit, and a stage for experiments has at most 45 alarms", () => {
    for (const [id, { metric_query = [] }] of resources(stack, "aws_cloudwatch_metric_alarm"))
      expect([
        id,
        (metric_query as { metric?: unknown }[]).filter(({ metric }) => metric !== undefined)
          .length <= 10,
      ]).toEqual([id, true]);
    const most = variant({
      ...EVERY_PART_FIELD,
      functions: EVERY_PART_FUNCTION,
    });
    expect(alarmNames(most).length).toBeLessThanOrEqual(45);
    expect(alarmNames(most).join()).not.toContain("-table");
  });
});

describe("the query API", () => {
  it("the query API allows browsers only from the origins of the stage, and by default from none", () => {
    expect(resources(stack, "aws_lambda_function_url")[0]?.[1]).toMatchObject({
      cors: { allow_origins: ["https://ops.example.com"], allow_methods: ["GET"] },
    });
    expect(resources(variant({}), "aws_lambda_function_url")[0]?.[1]).not.toHaveProperty("cors");
  });
});

describe("customize", () => {
  it("customize changes the finished stack", () => {
    const changed = variant({ customize: (own) => own.addOverride("resource.aws_x.y", { z: 1 }) });
    expect(changed.resource["aws_x"]).toEqual({ y: { z: 1 } });
  });
});
