import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js";
import { deadLetterQueueName, deployedName } from "@rainhooks/webhook/define";
import type { Construct } from "constructs";
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
  stage: string,
  webhook: DeployedWebhook,
  topicArns: readonly string[],
): QueueWithPolicy {
  const queue = new SqsQueue(scope, "dead-letters", {
    name: deployedName(stage, deadLetterQueueName(webhook.name)),
    messageRetentionSeconds: webhook.queue.deadLetterRetentionS,
    sqsManagedSseEnabled: true,
  });
  return { queue, policy: allowTopics(scope, "dead-letters-policy", queue, topicArns) };
}

/** Makes the queue of a webhook. Only the topics that it subscribes to may send to it. */
export function makeQueue(
  scope: Construct,
  stage: string,
  webhook: DeployedWebhook,
  topicArns: readonly string[],
  deadLetters: SqsQueue,
): QueueWithPolicy {
  const queue = new SqsQueue(scope, "queue", {
    name: deployedName(stage, webhook.name),
    visibilityTimeoutSeconds: webhook.queue.visibilityTimeoutS,
    messageRetentionSeconds: webhook.queue.retentionS,
    sqsManagedSseEnabled: true,
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
