import { describe, expect, it, test } from "@jest/globals";
import { EVENT_TYPES, isDerived } from "@rainhooks/core/catalog";
import { NEO_EVENTS, NEO_RULES } from "@rainhooks/extensions/neo/iot-rules";
import type { StageConfig } from "@rainhooks/infra/config";
import { deployerStatements } from "@rainhooks/infra/policies/deployer";
import { synthesize } from "@rainhooks/infra/synthesize";
import { roleAllows } from "@rainhooks/infra/testing/role-allows";
import { dev, production } from "@rainhooks/infra/testing/stages";
import { findResource, variant } from "@rainhooks/infra/testing/variant";
import { resources, type StackJson } from "@rainhooks/stack/stack-json";

const neo = () => variant({ source: "neo" });

/** The permissions of a role, but for the log. */
function permissionsOf(stack: StackJson, role: string) {
  const [roleId] = resources(stack, "aws_iam_role").find(([, { name }]) => name === role) ?? [];
  const [, granted] =
    resources(stack, "aws_iam_role_policy").find(
      ([, one]) => one["role"] === `\${aws_iam_role.${roleId}.id}`,
    ) ?? [];
  const { Statement } = JSON.parse(String(granted?.["policy"])) as {
    Statement: { Action: string[]; Resource: string[] }[];
  };
  return Statement.filter(({ Action }) => !Action.includes("logs:PutLogEvents"));
}

/** The Terraform expression of an attribute of a resource, found by its name. */
function expressionOf(stack: StackJson, type: string, name: string, attribute: string): string {
  const [id] = resources(stack, type).find(([, one]) => one["name"] === name) ?? [];
  return `\${${type}.${id}.${attribute}}`;
}

describe("a stage on RainMaker Neo", () => {
  it("the stage makes the topics of Neo's events, and looks none up", () => {
    const stack = neo();
    expect(stack.data?.["aws_sns_topic"]).toBeUndefined();
    const names = resources(stack, "aws_sns_topic").map(([, { name }]) => name);
    const own = [
      ...NEO_EVENTS,
      "rainhooks.event.node_session_ended",
      "rainhooks.event.alarm_changed",
    ];
    expect(names).toEqual(
      expect.arrayContaining(
        own.map((type) => `rainhooks-dev-${type.replace(/^.*event\./, "").replaceAll("_", "-")}`),
      ),
    );
    // And the one of alarms of the stage.
    expect(names.filter((name) => name !== "rainhooks-dev-alarms")).toHaveLength(own.length);
  });

  it("the stage subscribes each webhook to the events that it wants and Neo has, and to no other", () => {
    const stack = neo();
    const subscribed = resources(stack, "aws_sns_topic_subscription").map(([id]) => id);
    expect(subscribed.some((id) => id.includes("subscription-node_ts_data"))).toBe(true);
    const others = EVENT_TYPES.filter(
      (type) => !isDerived(type) && !(NEO_EVENTS as readonly string[]).includes(type),
    );
    expect(others).toHaveLength(13);
    for (const type of others)
      expect(
        subscribed.filter((id) => id.endsWith(`subscription-${type.replace(/^.*event\./, "")}`)),
      ).toEqual([]);
  });

  test.each(NEO_RULES)(
    "the stage has the rule $name, which may send to one place, and nothing else",
    ({ name, sql, to }) => {
      const stack = neo();
      const role = expressionOf(stack, "aws_iam_role", `rainhooks-dev-${name}`, "arn");
      const rule = findResource(
        stack,
        "aws_iot_topic_rule",
        "name",
        `rainhooks_dev_${name.replaceAll("-", "_")}`,
      );
      const topic = `rainhooks-dev-${to.replace(/^.*event\./, "").replaceAll("_", "-")}`;
      const target =
        to === "queue"
          ? expressionOf(stack, "aws_sqs_queue", "rainhooks-dev-neo-events", "arn")
          : expressionOf(stack, "aws_sns_topic", topic, "arn");
      expect(rule).toMatchObject({ sql, sql_version: "2016-03-23", enabled: true });
      if (to === "queue") {
        const queue_url = expressionOf(stack, "aws_sqs_queue", "rainhooks-dev-neo-events", "id");
        expect(rule["sqs"]).toEqual([{ queue_url, role_arn: role, use_base64: false }]);
      } else
        expect(rule["sns"]).toEqual([
          { target_arn: target, role_arn: role, message_format: "RAW" },
        ]);
      expect(permissionsOf(stack, `rainhooks-dev-${name}`)).toEqual([
        {
          Effect: "Allow",
          Action: [to === "queue" ? "sqs:SendMessage" : "sns:Publish"],
          Resource: [target],
        },
        {
          Effect: "Allow",
          Action: ["cloudwatch:PutMetricData"],
          Resource: ["*"],
          Condition: { StringEquals: { "cloudwatch:namespace": "Rainhooks/dev" } },
        },
      ]);
    },
  );

  it("the stage reads the table of readings through a pipe, which may read its stream and send to one queue", () => {
    const stack = neo();
    const [tableId, table] = Object.entries(stack.data?.["aws_dynamodb_table"] ?? {})[0] ?? [];
    expect(table).toMatchObject({ name: "rmng-raw-ts-data" });
    const source = `\${data.aws_dynamodb_table.${tableId}.stream_arn}`;
    const target = expressionOf(stack, "aws_sqs_queue", "rainhooks-dev-neo-events", "arn");
    expect(
      findResource(stack, "aws_pipes_pipe", "name", "rainhooks-dev-neo-readings"),
    ).toMatchObject({
      source,
      target,
      source_parameters: {
        dynamodb_stream_parameters: {
          starting_position: "TRIM_HORIZON",
          batch_size: 10,
          // A record that the queue does not take holds up others, which expire after a day.
          maximum_record_age_in_seconds: 6 * 3600,
        },
        filter_criteria: { filter: [{ pattern: '{"eventName":["INSERT","MODIFY"]}' }] },
      },
      // Two rows of DynamoDB's maximum size would be more than a message may have.
      target_parameters: { input_template: expect.not.stringContaining("OldImage") },
    });
    expect(
      permissionsOf(stack, "rainhooks-dev-neo-readings").map(({ Action, Resource }) => [
        Action.length,
        Resource,
      ]),
    ).toEqual([
      [4, [source]],
      [1, [target]],
    ]);
    // The table itself is Neo's.
    expect(JSON.stringify(resources(stack, "aws_iam_role_policy"))).not.toMatch(/rmng-/);
  });

  it("the stage has the function neo-events, which may publish four events and read its own queue", () => {
    const stack = neo();
    const published = permissionsOf(stack, "rainhooks-dev-neo-events").flatMap(
      ({ Action, Resource }) => (Action.includes("sns:Publish") ? Resource : []),
    );
    const events = [
      "node-params-changed",
      "node-config-changed",
      "existing-tags-attached",
      "node-ts-data",
    ];
    expect(published.toSorted()).toEqual(
      events
        .map((name) => expressionOf(stack, "aws_sns_topic", `rainhooks-dev-${name}`, "arn"))
        .toSorted(),
    );
  });

  test.each([
    ["sns:Publish", "rainhooks-dev-node-ts-data", true],
    ["sqs:SendMessage", "rainhooks-dev-neo-events-dead-letters", true],
    ["sqs:ReceiveMessage", "rainhooks-dev-neo-events", true],
    ["sns:Publish", "rainhooks-dev-node-connected", false],
    ["sns:Publish", "rainhooks-dev-alarm-changed", false],
    ["sqs:SendMessage", "rainhooks-dev-archive", false],
    ["dynamodb:GetItem", "rainhooks-dev-node-status", false],
  ])("the function neo-events may use %s on %s: %s", async (action, resource, may) => {
    expect(await roleAllows(neo(), "neo-events", action, resource)).toBe(may);
  });

  it("the deployer of the stage may look up Neo's table, and make the resources of the stage", () => {
    const statements = deployerStatements({ ...dev, source: "neo" }, neo());
    const ofTable = statements.filter(({ Resource }) =>
      JSON.stringify(Resource).includes("rmng-raw-ts-data"),
    );
    expect(
      ofTable.flatMap(({ Action }) => Action).filter((action) => !/:(Describe|List)/.test(action)),
    ).toEqual([]);
    expect(ofTable).toHaveLength(1);
    expect(JSON.stringify(statements)).toContain("pipe/rainhooks-dev-*");
    expect(JSON.stringify(deployerStatements(dev, variant({})))).not.toContain("rmng-");
  });

  it("the stage reports why nodes disconnect, unless its file switches that off", () => {
    const rules = (stack: StackJson) =>
      resources(stack, "aws_iot_topic_rule").map(([, { name }]) => name);
    expect(rules(neo())).toContain("rainhooks_dev_disconnect_reasons");
    const without = variant({ source: "neo", disconnectReasons: false });
    expect(rules(without)).toHaveLength(NEO_RULES.length);
    expect(JSON.stringify(resources(without, "aws_sns_topic"))).not.toContain("node-session-ended");
  });

  it("the stage has alarms for what could not be sent", () => {
    const { stack } = synthesize({ ...production, source: "neo" });
    expect(
      findResource(stack, "aws_cloudwatch_metric_alarm", "alarm_name", "rainhooks-prod-neo-failed"),
    ).toMatchObject({
      namespace: "Rainhooks/prod",
      metric_name: "NeoFailed",
    });
    expect(
      findResource(
        stack,
        "aws_cloudwatch_metric_alarm",
        "alarm_name",
        "rainhooks-prod-neo-readings-failed",
      ),
    ).toMatchObject({
      namespace: "AWS/EventBridge/Pipes",
      dimensions: { PipeName: "rainhooks-prod-neo-readings" },
    });
  });

  it("the stage has its source in its outputs", () => {
    const source = (stack: StackJson) =>
      (stack.output["stage"]?.["value"] as { source?: string } | undefined)?.source;
    expect([source(neo()), source(variant({}))]).toEqual(["neo", undefined]);
  });

  it("the roles of shadows and readings may use the key that encrypts the queue", () => {
    const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";
    const stack = variant({ source: "neo", kmsKeyArn });
    for (const role of ["rainhooks-dev-neo-shadows", "rainhooks-dev-neo-readings"])
      expect(permissionsOf(stack, role).at(-1)).toMatchObject({
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: [kmsKeyArn],
      });
  });
});

it("the resources for Neo are not made for another source", () => {
  for (const source of [undefined, "classic"] as const) {
    const stack = variant(source === undefined ? {} : { source });
    for (const type of ["aws_iot_topic_rule", "aws_pipes_pipe"])
      expect(resources(stack, type)).toEqual([]);
    expect(JSON.stringify(stack)).not.toContain("neo");
  }
  expect(JSON.stringify(variant({ source: "classic" }))).toBe(JSON.stringify(variant({})));
});

test.each<[Partial<StageConfig>, string]>([
  [{ source: "Neo" as never }, "source must be one of classic, neo"],
  [{ source: "neo", topics: { prefix: "x_" } }, "topics has no effect with the source neo"],
  [
    { source: "neo", functions: { hello: { filterPolicy: { node_id: ["n1"] } } } },
    "functions.hello.filterPolicy: with the source neo",
  ],
  [
    { source: "neo", functions: { "neo-events": { deployed: false } } },
    "functions.neo-events.deployed: with the source neo",
  ],
  [
    { functions: { "neo-events": { deployed: true } } },
    "functions.neo-events has no effect without the source neo",
  ],
])("%j is refused", (change, message) => {
  expect(() => synthesize({ ...dev, ...change })).toThrow(message);
});
