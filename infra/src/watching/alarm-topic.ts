import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { queueEncryption } from "@rainhooks/stack/encryption";
import { MAX_MESSAGE_BYTES } from "@rainhooks/stack/function/own-queues";
import { nameOf } from "@rainhooks/stack/names";
import { policy, tlsOnly } from "@rainhooks/stack/policy";
import { Construct } from "constructs";
import type { StageConfig } from "../config.ts";

const RETENTION_S = 14 * 86_400;
/** The actions that the topic policy denies without TLS. SNS does not accept `sns:*` in a topic policy. */
const TOPIC_ACTIONS = ["sns:Publish", "sns:Subscribe"];

/** The topic that a stage's alarms publish to, and its e-mail subscriptions. */
export class AlarmTopic extends Construct {
  readonly topic: SnsTopic;
  readonly #config: StageConfig;

  constructor(scope: Construct, config: StageConfig, account: string) {
    super(scope, "topic");
    this.#config = config;
    const { kmsKeyArn, alarms = {} } = config;
    // Encrypted only with a key of yours: CloudWatch cannot use the AWS managed key of SNS. Messages contain
    // only names and counts.
    this.topic = new SnsTopic(this, "topic", {
      name: nameOf(config, "alarms"),
      ...(kmsKeyArn === undefined ? {} : { kmsMasterKeyId: kmsKeyArn }),
    });
    new SnsTopicPolicy(this, "policy", {
      arn: this.topic.arn,
      policy: policy([
        {
          service: "cloudwatch.amazonaws.com",
          actions: ["sns:Publish"],
          resources: [this.topic.arn],
          conditions: { StringEquals: { "aws:SourceAccount": account } },
        },
        tlsOnly("sns", [this.topic.arn], TOPIC_ACTIONS),
      ]),
    });
    this.#subscribe(alarms.emails ?? []);
  }

  #subscribe(emails: readonly string[]): void {
    if (emails.length === 0) return;
    const undelivered = new SqsQueue(this, "undelivered", {
      name: nameOf(this.#config, "alarms-undelivered"),
      maxMessageSize: MAX_MESSAGE_BYTES,
      messageRetentionSeconds: RETENTION_S,
      ...queueEncryption(this.#config),
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
    for (const email of emails)
      new SnsTopicSubscription(this, `email-${email}`, {
        topicArn: this.topic.arn,
        protocol: "email",
        endpoint: email,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: undelivered.arn }),
      });
  }
}
