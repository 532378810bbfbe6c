import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { deployedName } from "@rainhooks/webhook/define";
import { Construct } from "constructs";
import type { Archive } from "../archive/archive.ts";
import type { StageConfig } from "../config.ts";
import { policy, tlsOnly } from "../policy.ts";
import type { QueryApi } from "../query-api/query-api.ts";
import type { WebhookResources } from "../webhook/webhook-stack.ts";

/** A CloudWatch alarm. */
interface Alarm {
  readonly id: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Sum" | "Maximum" | "Minimum";
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  readonly periods: number;
}

/** Alarm settings for a metric that should always be 0. */
const FUNCTION_COUNT = {
  namespace: "AWS/Lambda",
  statistic: "Sum",
  comparison: "GreaterThanThreshold",
  threshold: 0,
} as const;
const PERIOD_S = 300;
const OLDEST_MESSAGE_S = 900;
const ALARM_RETENTION_S = 14 * 86_400;
/** The actions that the topic policy denies without TLS. SNS does not accept `sns:*` in a topic policy. */
const TOPIC_ACTIONS = ["sns:Publish", "sns:Subscribe"];

/** The alarms of a stage, and the SNS topic that they publish to. */
export class Alarms extends Construct {
  readonly topic: SnsTopic;
  readonly #stage: string;

  constructor(scope: Construct, { name: stage, alarms }: StageConfig) {
    super(scope, "alarms");
    this.#stage = stage;
    // Not encrypted: CloudWatch cannot use the AWS managed key of SNS. The messages contain only names and counts.
    this.topic = new SnsTopic(this, "topic", { name: deployedName(stage, "alarms") });
    new SnsTopicPolicy(this, "policy", {
      arn: this.topic.arn,
      policy: policy([
        { service: "cloudwatch.amazonaws.com", actions: ["sns:Publish"], resources: [this.topic.arn] },
        tlsOnly("sns", [this.topic.arn], TOPIC_ACTIONS),
      ]),
    });
    if (alarms !== undefined) this.#subscribeEmail(alarms.email);
  }

  /** Adds the alarms of a webhook: dead letters, delay, errors, throttles. */
  watchWebhook({ webhook, function: lambda, queue, deadLetters }: WebhookResources): void {
    const queueDimensions = (name: string) => ({ QueueName: name });
    const sqs = {
      namespace: "AWS/SQS",
      statistic: "Maximum",
      comparison: "GreaterThanThreshold",
      periods: 1,
    } as const;
    this.#add({
      ...sqs,
      id: `${webhook.name}-dead-letters`,
      description: `Some records of ${webhook.name} are in its dead-letter queue. Check their attribute "reason" before a redrive.`,
      metric: "ApproximateNumberOfMessagesVisible",
      dimensions: queueDimensions(deadLetters.name),
      threshold: 0,
    });
    if (queue !== undefined) {
      this.#add({
        ...sqs,
        id: `${webhook.name}-late`,
        description: `The oldest message in the queue of ${webhook.name} is older than ${OLDEST_MESSAGE_S / 60} minutes.`,
        metric: "ApproximateAgeOfOldestMessage",
        dimensions: queueDimensions(queue.name),
        threshold: OLDEST_MESSAGE_S,
      });
    }
    this.#watchFunction(webhook.name, lambda);
  }

  /** Adds the alarms of an API: errors, throttles, 5xx responses. */
  watchApi({ name, function: lambda }: QueryApi): void {
    this.#watchFunction(name, lambda);
    this.#add({
      ...FUNCTION_COUNT,
      id: `${name}-failures`,
      description: `${name} returns 5xx: a table is missing or busy, or a query takes too long. See its log for the cause.`,
      metric: "Url5xxCount",
      dimensions: { FunctionName: lambda.functionName },
      periods: 2,
    });
  }

  #watchFunction(name: string, { functionName }: LambdaFunction): void {
    const dimensions = { FunctionName: functionName };
    this.#add({
      ...FUNCTION_COUNT,
      id: `${name}-errors`,
      description: `Invocations of ${name} fail. Check its configuration, timeouts and code.`,
      metric: "Errors",
      dimensions,
      periods: 2,
    });
    this.#add({
      ...FUNCTION_COUNT,
      id: `${name}-throttles`,
      description: `${name} is throttled: its concurrency limit, or that of the account, is reached.`,
      metric: "Throttles",
      dimensions,
      periods: 3,
    });
  }

  /** Adds the alarms of the archive: delay and failures of its deliveries to S3. */
  watchArchive({ stream }: Archive, bufferS: number): void {
    const firehose = {
      namespace: "AWS/Firehose",
      dimensions: { DeliveryStreamName: stream.name },
      periods: 1,
    } as const;
    this.#add({
      ...firehose,
      id: "archive-freshness",
      description: "Firehose is late: the oldest delivery that is not yet in S3 is too old.",
      metric: "DeliveryToS3.DataFreshness",
      statistic: "Maximum",
      comparison: "GreaterThanThreshold",
      threshold: 3 * bufferS,
    });
    this.#add({
      ...firehose,
      id: "archive-delivery",
      description: "Firehose cannot write to S3. See its log group for the cause.",
      metric: "DeliveryToS3.Success",
      statistic: "Minimum",
      comparison: "LessThanThreshold",
      threshold: 1,
    });
  }

  #add(alarm: Alarm): void {
    new CloudwatchMetricAlarm(this, alarm.id, {
      alarmName: deployedName(this.#stage, alarm.id),
      alarmDescription: alarm.description,
      namespace: alarm.namespace,
      metricName: alarm.metric,
      dimensions: alarm.dimensions,
      statistic: alarm.statistic,
      comparisonOperator: alarm.comparison,
      threshold: alarm.threshold,
      period: PERIOD_S,
      evaluationPeriods: alarm.periods,
      treatMissingData: "notBreaching",
      alarmActions: [this.topic.arn],
      okActions: [this.topic.arn],
    });
  }

  #subscribeEmail(email: string): void {
    const undelivered = new SqsQueue(this, "undelivered", {
      name: deployedName(this.#stage, "alarms-undelivered"),
      messageRetentionSeconds: ALARM_RETENTION_S,
      sqsManagedSseEnabled: true,
    });
    new SqsQueuePolicy(this, "undelivered-policy", {
      queueUrl: undelivered.id,
      policy: policy([
        {
          service: "sns.amazonaws.com",
          actions: ["sqs:SendMessage"],
          resources: [undelivered.arn],
          conditions: { ArnEquals: { "aws:SourceArn": this.topic.arn } },
        },
        tlsOnly("sqs", [undelivered.arn]),
      ]),
    });
    new SnsTopicSubscription(this, "email", {
      topicArn: this.topic.arn,
      protocol: "email",
      endpoint: email,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: undelivered.arn }),
    });
  }
}
