import { GetQueueAttributesCommand, type QueueAttributeName, type SQSClient } from "@aws-sdk/client-sqs";

const DELAYED = "ApproximateNumberOfMessagesDelayed";

/**
 * Returns SQS's estimate of the messages in a queue, including those that a reader has received and not
 * deleted, and those that are delayed.
 */
export function countMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  return count(sqs, queueUrl, [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    DELAYED,
  ]);
}

/** Returns SQS's estimate of the delayed messages in a queue. */
export function countDelayed(sqs: SQSClient, queueUrl: string): Promise<number> {
  return count(sqs, queueUrl, [DELAYED]);
}

async function count(
  sqs: SQSClient,
  QueueUrl: string,
  AttributeNames: QueueAttributeName[],
): Promise<number> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Object.values(Attributes).reduce((sum, one) => sum + Number(one), 0);
}
