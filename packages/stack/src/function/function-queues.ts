import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy/index.js";
import { deadLetterQueueName, replayQueueName } from "@rainhooks/webhook/names";
import { type BatchShape, replayBatch } from "@rainhooks/webhook/queue-shape";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { nameOf, type StackConfig } from "../config/config.ts";
import { queueEncryption } from "../encryption.ts";
import { policy, type Statement, tlsOnly } from "../policy.ts";
import type { DeployedFunction } from "./deployment.ts";

/** The queues of a function. */
export interface QueueResources {
  readonly deadLetters: SqsQueue;
  /** The queue that it reads. */
  readonly queue: SqsQueue;
  /** The queue to which replays send, of a webhook that accepts them. */
  readonly replayQueue: SqsQueue | undefined;
  /** Policies that allow SNS to send to them. Before these exist, SNS loses messages. */
  readonly policies: readonly ITerraformDependable[];
}

/**
 * Maximum size of a message in the queues of a stage: what SQS allows since August 2025. Without
 * it, the AWS provider (6.8.0 or newer allows it) sets the former 256 KiB, and an event as large as
 * SNS allows does not fit into the message that forwards it.
 */
export const MAX_MESSAGE_BYTES = 1_048_576;

/**
 * Makes the queues of a function. Besides the functions of the stage whose roles allow it, only the
 * topics to which a webhook subscribes may send to them, and no topic to the queue of replays.
 */
export function makeQueues(
  scope: Construct,
  config: StackConfig,
  definition: DeployedFunction<"topics" | "queue">,
  topics: readonly { readonly arn: string }[],
): QueueResources {
  const { name, queue: shape } = definition;
  const topicArns = topics.map(({ arn }) => arn);
  const deadLetters = new SqsQueue(scope, "dead-letters", {
    name: nameOf(config, deadLetterQueueName(name)),
    maxMessageSize: MAX_MESSAGE_BYTES,
    messageRetentionSeconds: shape.deadLetterRetentionS,
    ...queueEncryption(config),
  });
  const make = (id: string, of: string, arns: readonly string[]) => {
    const queue = new SqsQueue(scope, id, {
      name: nameOf(config, of),
      visibilityTimeoutSeconds: shape.visibilityTimeoutS,
      maxMessageSize: MAX_MESSAGE_BYTES,
      messageRetentionSeconds: shape.retentionS,
      ...queueEncryption(config),
      // Messages go to the dead-letter queue after too many receives.
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: deadLetters.arn,
        maxReceiveCount: shape.maxReceives,
      }),
    });
    return { queue, policy: allowTopics(scope, `${id}-policy`, queue, arns) };
  };
  const lettersPolicy = allowTopics(scope, "dead-letters-policy", deadLetters, topicArns);
  const { queue, policy: own } = make("queue", name, topicArns);
  const acceptsReplays = definition.trigger === "topics" && definition.replay !== "refuse";
  const replayQueue = acceptsReplays
    ? make("replay-queue", replayQueueName(name), []).queue
    : undefined;
  // Only these queues may use the dead-letter queue as theirs.
  const sourceQueueArns = [queue, replayQueue].flatMap((one) => one?.arn ?? []);
  new SqsQueueRedriveAllowPolicy(scope, "redrive-allow", {
    queueUrl: deadLetters.id,
    redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns }),
  });
  return { deadLetters, queue, replayQueue, policies: [lettersPolicy, own] };
}

/** Lets a function read its queues in batches. */
export function readQueues(
  scope: Construct,
  lambda: LambdaFunction,
  { queue, replayQueue }: QueueResources,
  { batch, paused }: DeployedFunction<"topics" | "queue">,
): void {
  const read = (id: string, from: SqsQueue, { size, windowS, maxConcurrency }: BatchShape) =>
    new LambdaEventSourceMapping(scope, id, {
      eventSourceArn: from.arn,
      functionName: lambda.arn,
      batchSize: size,
      maximumBatchingWindowInSeconds: windowS,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: maxConcurrency },
      ...(paused ? { enabled: false } : {}),
    });
  read("mapping", queue, batch);
  if (replayQueue !== undefined) read("replay-mapping", replayQueue, replayBatch(batch));
}

/** Returns the permissions of a function on its queues. */
export function queueGrants({ deadLetters, queue, replayQueue }: QueueResources): Statement[] {
  return [
    { actions: ["sqs:SendMessage"], resources: [deadLetters.arn] },
    {
      actions: [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
      ],
      resources: [queue, replayQueue].flatMap((one) => one?.arn ?? []),
    },
  ];
}

/** Allows only some topics to send to a queue, and nobody to use it without TLS. */
export function allowTopics(
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
