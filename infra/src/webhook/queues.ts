import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js";
import { deadLetterQueueName } from "@rainhooks/webhook/define";
import type { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import { queueEncryption } from "../encryption.ts";
import { nameOf } from "../names.ts";
import { policy, type Statement, tlsOnly } from "../policy.ts";
import type { DeployedWebhook } from "./shape.ts";

/** A queue, and the policy that allows SNS to send to it. Before the policy exists, SNS loses messages for the queue. */
export interface QueueWithPolicy {
  readonly queue: SqsQueue;
  readonly policy: SqsQueuePolicy;
}

/** Makes the dead-letter queue of a webhook, for its queue, its subscriptions and its function. */
export function makeDeadLetterQueue(
  scope: Construct,
  config: StageConfig,
  webhook: DeployedWebhook,
  topicArns: readonly string[],
): QueueWithPolicy {
  const queue = new SqsQueue(scope, "dead-letters", {
    name: nameOf(config, deadLetterQueueName(webhook.name)),
    messageRetentionSeconds: webhook.queue.deadLetterRetentionS,
    ...queueEncryption(config),
  });
  return { queue, policy: allowTopics(scope, "dead-letters-policy", queue, topicArns) };
}

/** Makes the queue of a webhook. Only the topics that it subscribes to may send to it. */
export function makeQueue(
  scope: Construct,
  config: StageConfig,
  webhook: DeployedWebhook,
  topicArns: readonly string[],
  deadLetters: SqsQueue,
): QueueWithPolicy {
  const queue = new SqsQueue(scope, "queue", {
    name: nameOf(config, webhook.name),
    visibilityTimeoutSeconds: webhook.queue.visibilityTimeoutS,
    messageRetentionSeconds: webhook.queue.retentionS,
    ...queueEncryption(config),
    redrivePolicy: JSON.stringify({
      deadLetterTargetArn: deadLetters.arn,
      maxReceiveCount: webhook.queue.maxReceives,
    }),
  });
  new SqsQueueRedriveAllowPolicy(scope, "redrive-allow", {
    queueUrl: deadLetters.id,
    redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [queue.arn] }),
  });
  return { queue, policy: allowTopics(scope, "queue-policy", queue, topicArns) };
}

function allowTopics(
  scope: Construct,
  id: string,
  queue: SqsQueue,
  topicArns: readonly string[],
): SqsQueuePolicy {
  const fromTopics: Statement = {
    service: "sns.amazonaws.com",
    actions: ["sqs:SendMessage"],
    resources: [queue.arn],
    conditions: { ArnEquals: { "aws:SourceArn": topicArns } },
  };
  return new SqsQueuePolicy(scope, id, {
    queueUrl: queue.id,
    policy: policy([fromTopics, tlsOnly("sqs", [queue.arn])]),
  });
}
