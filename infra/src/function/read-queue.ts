import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { BatchShape } from "@rainhooks/webhook/define";
import type { Construct } from "constructs";
import type { Statement } from "../policy.ts";

/** Lets a function read a queue in batches. */
export function readFromQueue(
  scope: Construct,
  lambda: LambdaFunction,
  queue: SqsQueue,
  { size, windowS, maxConcurrency }: BatchShape,
  id = "mapping",
): void {
  new LambdaEventSourceMapping(scope, id, {
    eventSourceArn: queue.arn,
    functionName: lambda.arn,
    batchSize: size,
    maximumBatchingWindowInSeconds: windowS,
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: maxConcurrency },
  });
}

/** Returns the permissions of a function on the queues that it reads, and on its dead-letter queue. */
export function queueGrants(deadLetters: SqsQueue, queues: readonly SqsQueue[]): Statement[] {
  const send = { actions: ["sqs:SendMessage"], resources: [deadLetters.arn] };
  if (queues.length === 0) return [send];
  return [
    send,
    {
      actions: [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
      ],
      resources: queues.map(({ arn }) => arn),
    },
  ];
}
