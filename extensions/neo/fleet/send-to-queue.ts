import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { chunk } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import type { FleetMessage, PublishedFleetMessage } from "@rainhooks/local/fleet/message";

/** A message for the queue of the function that makes events of what RainMaker Neo says. */
interface QueueMessage extends FleetMessage {
  readonly isForQueue: true;
}

/** Returns a message that is for that queue. */
export function forQueue(message: FleetMessage): QueueMessage {
  return { ...message, isForQueue: true };
}

/** Returns true for a message that is for that queue, and not for the topic of its type. */
export function isForQueue(message: FleetMessage): boolean {
  return "isForQueue" in message;
}

const MESSAGES_PER_CALL = 10;

/**
 * Sends messages to a queue.
 *
 * @throws {RainhooksError} `stage-failed` when the queue is not there, or does not take a message.
 */
export async function sendToQueue(
  sqs: SQSClient,
  QueueUrl: string | undefined,
  messages: readonly FleetMessage[],
  onSent: (count: number) => void,
): Promise<PublishedFleetMessage[]> {
  const sent: PublishedFleetMessage[] = [];
  for (const call of chunk(messages, MESSAGES_PER_CALL)) {
    const Entries = call.map(({ body }, index) => ({ Id: String(index), MessageBody: body }));
    const { Failed = [], Successful = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl, Entries }),
    );
    const [failure] = Failed;
    if (failure !== undefined)
      throw new RainhooksError(
        "stage-failed",
        `SQS rejected a message: ${failure.Code} ${failure.Message ?? ""}`,
      );
    for (const { Id, MessageId = "" } of Successful) {
      const message = call[Number(Id)];
      if (message !== undefined) sent.push({ id: MessageId, message });
    }
    onSent(call.length);
  }
  return sent;
}
