import { IotTopicRule } from "@cdktf/provider-aws/lib/iot-topic-rule/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { IotRule } from "@rainhooks/rainmaker/iot-rules";
import { Construct } from "constructs";
import { nameOf, type StackConfig } from "./config/config.ts";
import { grant, makeRole } from "./function/role.ts";
import { assumedBy, type Statement } from "./policy.ts";
import { type CloudwatchAlarm, countAbove } from "./watching/alarm.ts";

/** Source: AWS IoT Core developer guide, "AWS IoT SQL versions". Literal objects need this one. */
const SQL_VERSION = "2016-03-23";

/** Returns the name of a rule: AWS IoT accepts letters, digits and underscores. */
export function ruleNameOf(config: StackConfig, name: string): string {
  return nameOf(config, name).replaceAll("-", "_");
}

/** What a rule needs besides its SQL. */
export interface RuleDependencies {
  /** The account of the stage. */
  readonly account: string;
  /** ARN of the topic, or the queue, to which it sends. */
  readonly target: string | SqsQueue;
  /** Name of the metric in which AWS IoT counts what it could not send. */
  readonly failures: string;
}

/** A rule of AWS IoT that sends to a topic, or to a queue, of the stage. It may do nothing else. */
export class StageIotRule extends Construct {
  constructor(
    scope: Construct,
    config: StackConfig,
    { name, description, sql }: IotRule,
    { account, target, failures }: RuleDependencies,
  ) {
    super(scope, name);
    const role = makeRole(this, config, {
      name: nameOf(config, name),
      assumedBy: assumedBy("iot.amazonaws.com", account),
    });
    const metric = failureMetric(config, failures);
    const granted = grant(this, role, [
      typeof target === "string"
        ? { actions: ["sns:Publish"], resources: [target] }
        : { actions: ["sqs:SendMessage"], resources: [target.arn] },
      {
        actions: ["cloudwatch:PutMetricData"],
        resources: ["*"],
        wildcard: "CloudWatch has no resources for metrics; the condition names the namespace.",
        conditions: { StringEquals: { "cloudwatch:namespace": metric.metricNamespace } },
      },
      ...senderKeyGrants(config),
    ]);
    new IotTopicRule(this, "rule", {
      name: ruleNameOf(config, name),
      description,
      enabled: true,
      sql,
      sqlVersion: SQL_VERSION,
      ...(typeof target === "string"
        ? { sns: [{ targetArn: target, roleArn: role.arn, messageFormat: "RAW" }] }
        : { sqs: [{ queueUrl: target.id, roleArn: role.arn, useBase64: false }] }),
      errorAction: {
        cloudwatchMetric: { ...metric, metricUnit: "Count", metricValue: "1", roleArn: role.arn },
      },
      dependsOn: [granted],
    });
  }
}

/**
 * AWS IoT counts here what it could not send. Its action knows no dimensions, so the namespace
 * names the stage.
 */
function failureMetric({ name }: StackConfig, metricName: string) {
  return { metricName, metricNamespace: `Rainhooks/${name}` };
}

/** The alarm of rules: AWS IoT could not send an event. */
export function ruleAlarm(
  config: StackConfig,
  failures: string,
  alarm: Pick<CloudwatchAlarm, "name" | "description">,
): CloudwatchAlarm {
  const { metricName, metricNamespace } = failureMetric(config, failures);
  return {
    ...alarm,
    metric: { namespace: metricNamespace, name: metricName, dimensions: {} },
    ...countAbove(0, 1),
  };
}

/** A topic or a queue that is encrypted with the stage's key needs it for each message. */
export function senderKeyGrants({ kmsKeyArn }: StackConfig): Statement[] {
  return kmsKeyArn === undefined
    ? []
    : [{ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [kmsKeyArn] }];
}
