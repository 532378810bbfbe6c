import { SqsQueue, type SqsQueueConfig } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js";
import { deadLetterQueueName, type QueuedFunction, replayQueueName } from "@rainhooks/webhook/define";
import type { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import { queueEncryption } from "../encryption.ts";
import { nameOf } from "../names.ts";
import { policy, type Statement, tlsOnly } from "../policy.ts";

/** A queue, and its policy, which allows SNS to send to it. Before the policy exists, SNS loses messages for the queue. */
export interface QueueWithPolicy {
  readonly queue: SqsQueue;
  readonly policy: SqsQueuePolicy;
}

/**
 * Maximum size of a message in the queues of a stage: what SQS allows since August 2025. Without it, the AWS provider (6.8.0 or newer allows it)
 * sets the former 256 KiB, and an event as large as SNS allows does not fit into the message that forwards it.
 */
export const MAX_MESSAGE_BYTES = 1_048_576;

type WithQueue = Pick<QueuedFunction, "name" | "queue">;

/**
 * Makes the dead-letter queue of a webhook or a worker, for its queue, its subscriptions and its function.
 *
 * @param topicArns Topics that may send to it; those of a worker are none.
 */
export function makeDeadLetterQueue(
  scope: Construct,
  config: StageConfig,
  { name, queue: shape }: WithQueue,
  topicArns: readonly string[],
): QueueWithPolicy {
  const queue = new SqsQueue(scope, "dead-letters", {
    name: nameOf(config, deadLetterQueueName(name)),
    maxMessageSize: MAX_MESSAGE_BYTES,
    messageRetentionSeconds: shape.deadLetterRetentionS,
    ...queueEncryption(config),
  });
  return { queue, policy: allowTopics(scope, "dead-letters-policy", queue, topicArns) };
}

/**
 * Makes the queue of a webhook or a worker. Besides the functions of the stage whose roles allow it, only these topics may send to it:
 * those that a webhook subscribes to.
 */
export function makeQueue(
  scope: Construct,
  config: StageConfig,
  { name, queue: shape }: WithQueue,
  topicArns: readonly string[],
  deadLetters: SqsQueue,
): QueueWithPolicy {
  const queue = new SqsQueue(scope, "queue", sourceQueue(config, name, shape, deadLetters));
  return { queue, policy: allowTopics(scope, "queue-policy", queue, topicArns) };
}

/** Makes the queue of a webhook to which replays send. No topic may send to it. */
export function makeReplayQueue(
  scope: Construct,
  config: StageConfig,
  { name, queue: shape }: WithQueue,
  deadLetters: SqsQueue,
): SqsQueue {
  const queue = new SqsQueue(
    scope,
    "replay-queue",
    sourceQueue(config, replayQueueName(name), shape, deadLetters),
  );
  allowTopics(scope, "replay-queue-policy", queue, []);
  return queue;
}

/** Allows only these queues to use a dead-letter queue as theirs. */
export function allowRedrive(scope: Construct, deadLetters: SqsQueue, sources: readonly SqsQueue[]): void {
  new SqsQueueRedriveAllowPolicy(scope, "redrive-allow", {
    queueUrl: deadLetters.id,
    redriveAllowPolicy: JSON.stringify({
      redrivePermission: "byQueue",
      sourceQueueArns: sources.map(({ arn }) => arn),
    }),
  });
}

/** The configuration of a queue whose messages go to the dead-letter queue after too many receives. */
function sourceQueue(
  config: StageConfig,
  name: string,
  shape: QueuedFunction["queue"],
  deadLetters: SqsQueue,
): SqsQueueConfig {
  return {
    name: nameOf(config, name),
    visibilityTimeoutSeconds: shape.visibilityTimeoutS,
    maxMessageSize: MAX_MESSAGE_BYTES,
    messageRetentionSeconds: shape.retentionS,
    ...queueEncryption(config),
    redrivePolicy: JSON.stringify({
      deadLetterTargetArn: deadLetters.arn,
      maxReceiveCount: shape.maxReceives,
    }),
  };
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
    policy: policy([...(topicArns.length === 0 ? [] : [fromTopics]), tlsOnly("sqs", [queue.arn])]),
  });
}
