import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { SECOND_MS } from "@rainhooks/core/durations";

const DELAYED = "ApproximateNumberOfMessagesDelayed";
const WAITING = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", DELAYED] as const;

/**
 * Reads SQS's estimate of the messages in a queue, including those that a reader has received and not
 * deleted, and those that are delayed; and for how long a message is hidden that was received.
 */
export async function readQueue(
  sqs: SQSClient,
  QueueUrl: string,
): Promise<{ readonly messages: number; readonly visibilityMs: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...WAITING, "VisibilityTimeout"] }),
  );
  return {
    messages: WAITING.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0),
    visibilityMs: Number(Attributes.VisibilityTimeout ?? 0) * SECOND_MS,
  };
}

/** Returns the messages in a queue, as {@link readQueue} does. */
export async function countMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  return (await readQueue(sqs, queueUrl)).messages;
}

/** Returns SQS's estimate of the delayed messages in a queue. */
export async function countDelayed(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [DELAYED] }),
  );
  return Number(Attributes[DELAYED] ?? 0);
}
