import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js";
import { deadLetterQueueName, deployedName } from "@rainhooks/webhook/define";
import type { Construct } from "constructs";
import { policy, type Statement, tlsOnly } from "../policy.ts";
import type { DeployedWebhook } from "./shape.ts";

/** A queue, and the policy that lets SNS send to it: until that is there, SNS drops what it cannot deliver. */
export interface AdmittingQueue {
  readonly queue: SqsQueue;
  readonly policy: SqsQueuePolicy;
}

/** The dead-letter queue of a webhook: of its queue, its subscriptions, and its function. */
export function makeDeadLetterQueue(
  scope: Construct,
  stage: string,
  webhook: DeployedWebhook,
  topicArns: readonly string[],
): AdmittingQueue {
  const queue = new SqsQueue(scope, "dead-letters", {
    name: deployedName(stage, deadLetterQueueName(webhook.name)),
    messageRetentionSeconds: webhook.queue.deadLetterRetentionS,
    sqsManagedSseEnabled: true,
  });
  return { queue, policy: admit(scope, "dead-letters-policy", queue, topicArns) };
}

/** The queue of a webhook, for just the topics that it subscribes. */
export function makeQueue(
  scope: Construct,
  stage: string,
  webhook: DeployedWebhook,
  topicArns: readonly string[],
  deadLetters: SqsQueue,
): AdmittingQueue {
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
  return { queue, policy: admit(scope, "queue-policy", queue, topicArns) };
}

function admit(scope: Construct, id: string, queue: SqsQueue, topicArns: readonly string[]): SqsQueuePolicy {
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
