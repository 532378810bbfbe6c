import {
  GetQueueAttributesCommand,
  type QueueAttributeName,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { SECOND_MS } from "@rainhooks/core/durations";

const DELAYED = "ApproximateNumberOfMessagesDelayed";
const WAITING = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  DELAYED,
] as const;

/**
 * Reads numbers that SQS keeps of a queue, those of messages are estimates; returns each by its
 * name.
 */
export async function readNumbers<Name extends QueueAttributeName>(
  sqs: SQSClient,
  QueueUrl: string,
  names: readonly Name[],
): Promise<(name: Name) => number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  return (name) => Number(Attributes[name] ?? 0);
}

/**
 * Reads SQS's estimate of the messages in a queue, including those that a reader has received and
 * not deleted, and those that are delayed; and for how long a message is hidden that was received.
 */
export async function readQueue(
  sqs: SQSClient,
  queueUrl: string,
): Promise<{ readonly messages: number; readonly visibilityMs: number }> {
  const numberOf = await readNumbers(sqs, queueUrl, [...WAITING, "VisibilityTimeout"]);
  return {
    messages: WAITING.reduce((sum, name) => sum + numberOf(name), 0),
    visibilityMs: numberOf("VisibilityTimeout") * SECOND_MS,
  };
}

/** Returns the messages in a queue, as {@link readQueue} does. */
export async function countMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  return (await readQueue(sqs, queueUrl)).messages;
}

/** Returns SQS's estimate of the delayed messages in a queue. */
export async function countDelayed(sqs: SQSClient, queueUrl: string): Promise<number> {
  return (await readNumbers(sqs, queueUrl, [DELAYED]))(DELAYED);
}
