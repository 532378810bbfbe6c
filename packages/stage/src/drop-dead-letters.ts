import { DeleteMessageBatchCommand, type Message } from "@aws-sdk/client-sqs";
import { chunk } from "@rainhooks/core/collections";
import { countText } from "@rainhooks/core/count-text";
import { RainhooksError } from "@rainhooks/core/errors";
import { DEFAULT_RETRY, retryLeftovers } from "@rainhooks/core/retry";
import { MESSAGES_PER_CALL } from "@rainhooks/sinks/sqs/message";
import { type DeadLetterReader, examine } from "./read-dead-letters.ts";

/** To delete a message after the other queue has taken it. */
const DELETE_RETRY = { ...DEFAULT_RETRY, attempts: 3 };

/** Which messages of a dead-letter queue to delete. */
export interface DropOptions {
  readonly isChosen: (message: Message) => boolean;
  /** Maximum number of messages to examine. */
  readonly limit: number;
  /** Only counts. @defaultValue false */
  readonly isDry?: boolean;
}

/**
 * Deletes messages of a dead-letter queue permanently. Those that were not chosen are kept.
 *
 * @throws {RainhooksError} `dead-letter-unavailable` when some could not be deleted; the message
 * has their number.
 */
export function dropDeadLetters(
  reader: DeadLetterReader,
  { isChosen, limit, isDry = false }: DropOptions,
) {
  return examine(reader, limit, async (batches, examined) => {
    let dropped = 0;
    let read = 0;
    for await (const batch of batches) {
      const chosen = batch.filter(isChosen);
      read += batch.length;
      dropped += chosen.length;
      if (isDry) continue;
      for (const call of chunk(chosen, MESSAGES_PER_CALL)) await deleteForGood(reader, call);
      for (const { MessageId = "" } of chosen) examined.delete(MessageId);
    }
    return { dropped, kept: read - dropped };
  });
}

/** Deletes messages, and returns the number that could not be deleted. */
export async function deleteMessages(
  { sqs, queueUrl }: DeadLetterReader,
  messages: readonly Message[],
): Promise<number> {
  const send = async (some: readonly Message[]) => {
    const Entries = some.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
    );
    const failed = new Set(Failed.map(({ Id }) => Number(Id)));
    return some.filter((_, index) => failed.has(index));
  };
  return messages.length === 0 ? 0 : (await retryLeftovers(messages, send, DELETE_RETRY)).length;
}

/**
 * Deletes messages of one call of SQS.
 *
 * @throws {RainhooksError} `dead-letter-unavailable` when some could not be deleted; the message
 * has their number.
 */
async function deleteForGood(
  reader: DeadLetterReader,
  messages: readonly Message[],
): Promise<void> {
  const failed = await deleteMessages(reader, messages);
  if (failed > 0)
    throw new RainhooksError(
      "dead-letter-unavailable",
      `${countText(failed, "dead letter")} could not be deleted. Run the command again.`,
    );
}
