import { IotTopicRule } from "@cdktf/provider-aws/lib/iot-topic-rule/index.js";
import { Construct } from "constructs";
import type { StageConfig } from "./config/config.ts";
import { grant, makeRole } from "./function/role.ts";
import { nameOf } from "./names.ts";
import { assumedBy, type Statement } from "./policy.ts";
import { SESSION_ENDED, type Topics } from "./topics.ts";
import { type CloudwatchAlarm, countAbove } from "./watching/alarm.ts";

const NAME = "disconnect-reasons";
/** Source: AWS IoT Core developer guide, "AWS IoT SQL versions". Literal objects need this one. */
const SQL_VERSION = "2016-03-23";

/**
 * The presence events of AWS IoT as events of the stage, without those of RainMaker's apps and of the AWS console. Sources: AWS IoT Core developer guide, "Lifecycle events" and
 * "Literals" of the SQL reference.
 */
const SQL = [
  `SELECT '${SESSION_ENDED}' AS event_type, timestamp,`,
  "{'node_id': clientId, 'reason': disconnectReason, 'session_id': sessionIdentifier} AS event_data",
  "FROM '$aws/events/presence/disconnected/+'",
  // AWS IoT does not accept NOT before a function.
  "WHERE startswith(clientId, 'user:') = false AND startswith(clientId, 'iotconsole-') = false",
].join(" ");

/** Returns the name of the rule: AWS IoT accepts letters, digits and underscores. */
export function ruleNameOf(config: StageConfig, name = NAME): string {
  return nameOf(config, name).replaceAll("-", "_");
}

/** A rule of AWS IoT that publishes why nodes disconnect on a topic of the stage. It may do nothing else. */
export class DisconnectReasons extends Construct {
  constructor(scope: Construct, config: StageConfig, topics: Topics, account: string) {
    super(scope, NAME);
    const topicArn = topics.ownArn(SESSION_ENDED);
    const role = makeRole(this, config, {
      name: nameOf(config, NAME),
      assumedBy: assumedBy("iot.amazonaws.com", account),
    });
    const granted = grant(this, role, [
      { actions: ["sns:Publish"], resources: [topicArn] },
      {
        actions: ["cloudwatch:PutMetricData"],
        resources: ["*"],
        wildcard: "CloudWatch has no resources for metrics; the condition names the namespace.",
        conditions: { StringEquals: { "cloudwatch:namespace": failureMetric(config).metricNamespace } },
      },
      ...keyGrants(config),
    ]);
    new IotTopicRule(this, "rule", {
      name: ruleNameOf(config),
      description: "Why nodes disconnect, for node status and alarms.",
      enabled: true,
      sql: SQL,
      sqlVersion: SQL_VERSION,
      sns: [{ targetArn: topicArn, roleArn: role.arn, messageFormat: "RAW" }],
      errorAction: {
        cloudwatchMetric: {
          ...failureMetric(config),
          metricUnit: "Count",
          metricValue: "1",
          roleArn: role.arn,
        },
      },
      dependsOn: [granted],
    });
  }
}

/** AWS IoT counts here what it could not publish. Its action knows no dimensions, so the namespace names the stage. */
function failureMetric({ name }: StageConfig) {
  return { metricName: "DisconnectReasonsFailed", metricNamespace: `Rainhooks/${name}` };
}

/** The alarm of the rule: AWS IoT could not publish an event on the topic. */
export function disconnectRuleAlarm(config: StageConfig): CloudwatchAlarm {
  const { metricName, metricNamespace } = failureMetric(config);
  return {
    name: `${NAME}-failed`,
    description:
      "AWS IoT could not publish why nodes disconnected. These nodes have no reason in node status. Check the rule's role, the topic and its key.",
    metric: { namespace: metricNamespace, name: metricName, dimensions: {} },
    ...countAbove(0, 1),
    level: "today",
  };
}

/** A topic that is encrypted with the stage's key needs it for each message. */
function keyGrants({ kmsKeyArn }: StageConfig): Statement[] {
  return kmsKeyArn === undefined
    ? []
    : [{ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [kmsKeyArn] }];
}
