import { expect, it } from "@jest/globals";
import { synthesize } from "@rainhooks/infra/synthesize";
import { dev, everything } from "@rainhooks/infra/testing/stages";
import { findResource, variant } from "@rainhooks/infra/testing/variant";
import { resources } from "@rainhooks/stack/stack-json";

const TYPE = "rainhooks.event.node_session_ended";
const subscriptionsOf = (stack: ReturnType<typeof variant>, topic: string) =>
  resources(stack, "aws_sns_topic_subscription").filter(([, { topic_arn }]) =>
    String(topic_arn).includes(topic),
  );

it("the topic and rule of disconnect reasons are left out of a stage that does not enable them", () => {
  const { stack } = synthesize(dev);
  expect(resources(stack, "aws_iot_topic_rule")).toEqual([]);
  expect(resources(stack, "aws_sns_topic").map(([, { name }]) => name)).not.toContain(
    "rainhooks-dev-node-session-ended",
  );
});

it("the rule of disconnect reasons may publish on one topic of the stage, and nothing else", () => {
  const stack = variant({ disconnectReasons: true });
  const [ruleId, rule] = resources(stack, "aws_iot_topic_rule")[0] ?? [];
  const [topicId] =
    resources(stack, "aws_sns_topic").find(
      ([, { name }]) => name === "rainhooks-dev-node-session-ended",
    ) ?? [];
  const topicArn = `\${aws_sns_topic.${topicId}.arn}`;
  expect(rule).toMatchObject({
    name: "rainhooks_dev_disconnect_reasons",
    enabled: true,
    sql: `SELECT '${TYPE}' AS event_type, timestamp, {'node_id': clientId, 'reason': disconnectReason, 'session_id': sessionIdentifier} AS event_data FROM '$aws/events/presence/disconnected/+' WHERE startswith(clientId, 'user:') = false AND startswith(clientId, 'iotconsole-') = false`,
    sql_version: "2016-03-23",
    sns: [{ target_arn: topicArn, message_format: "RAW" }],
  });
  const role = findResource(stack, "aws_iam_role", "name", "rainhooks-dev-disconnect-reasons");
  expect(JSON.parse(String(role?.["assume_role_policy"])).Statement).toMatchObject([
    {
      Principal: { Service: "iot.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": expect.any(String) } },
    },
  ]);
  const [, granted] =
    resources(stack, "aws_iam_role_policy").find(([id]) => id.startsWith("disconnect-reasons")) ??
    [];
  expect(JSON.parse(String(granted?.["policy"])).Statement).toEqual([
    { Effect: "Allow", Action: ["sns:Publish"], Resource: [topicArn] },
    {
      Effect: "Allow",
      Action: ["cloudwatch:PutMetricData"],
      Resource: ["*"],
      Condition: { StringEquals: { "cloudwatch:namespace": "Rainhooks/dev" } },
    },
  ]);
  expect(rule?.["error_action"]).toMatchObject({
    cloudwatch_metric: {
      metric_name: "DisconnectReasonsFailed",
      metric_namespace: "Rainhooks/dev",
    },
  });
  expect(
    findResource(
      stack,
      "aws_cloudwatch_metric_alarm",
      "alarm_name",
      "rainhooks-dev-disconnect-reasons-failed",
    ),
  ).toMatchObject({
    namespace: "Rainhooks/dev",
    metric_name: "DisconnectReasonsFailed",
    threshold: 0,
  });
  expect(ruleId).toContain("disconnect-reasons");
  // Node status, the archive and what wants every event.
  expect(
    subscriptionsOf(stack, String(topicId))
      .map(([id]) => id.split("_")[0])
      .toSorted(),
  ).toEqual(expect.arrayContaining(["archive", "node-status"]));
});

it("the rule of disconnect reasons may use the key of the stage that encrypts its topic", () => {
  const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";
  const stack = variant({ disconnectReasons: true, kmsKeyArn });
  const [, granted] =
    resources(stack, "aws_iam_role_policy").find(([id]) => id.startsWith("disconnect-reasons")) ??
    [];
  expect(JSON.parse(String(granted?.["policy"])).Statement[2]).toEqual({
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: [kmsKeyArn],
  });
  expect(resources(synthesize(everything).stack, "aws_iot_topic_rule")).toHaveLength(1);
});
