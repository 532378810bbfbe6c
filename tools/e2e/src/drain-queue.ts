import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { toSqsRecord } from "@rainhooks/local/aws/lambda/event-source-mapping";
import type { MemoryQueue } from "@rainhooks/testing/memory-queue";
import type { WebhookHandler } from "@rainhooks/webhook/handler";
import type { Context } from "aws-lambda";

/**
 * Invokes a handler with the messages of its queue, as an event source mapping does, until none is visible.
 */
export async function drainQueue(
  queue: MemoryQueue,
  batchSize: number,
  handler: WebhookHandler,
): Promise<void> {
  for (;;) {
    const received = queue.receive(batchSize);
    if (received.length === 0) return;
    const Records = received.map((one) =>
      toSqsRecord(
        {
          MessageId: one.id,
          ReceiptHandle: one.receiptHandle,
          Body: one.body,
          MessageAttributes: one.attributes as Record<string, MessageAttributeValue>,
          Attributes: {
            ApproximateReceiveCount: String(one.receives),
            SentTimestamp: String(one.sentAtMs),
          },
        },
        "arn:aws:sqs:us-east-1:000000000000:queue",
        "us-east-1",
      ),
    );
    // Of an invocation that ends without a response, all messages come again.
    const response = await handler({ Records }, { awsRequestId: "r" } as Context).catch(() => undefined);
    if (response === undefined) continue;
    const failed = new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { id, receiptHandle } of received) if (!failed.has(id)) queue.delete(receiptHandle);
  }
}
