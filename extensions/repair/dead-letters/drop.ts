import { chunk } from "@rainhooks/core/collections";
import { MESSAGES_PER_CALL } from "@rainhooks/sinks/sqs/message";
import {
  type DeadLetterMessage,
  type DeadLetterReader,
  type MessagesById,
  readMessage,
  receive,
  release,
} from "@rainhooks/stage/read-dead-letters";
import { deleteForGood } from "./redrive.ts";

/** The result of a drop. */
export interface DropResult {
  readonly dropped: number;
  /** Messages that were examined and not deleted, because they were not wanted. */
  readonly kept: number;
}

/**
 * Deletes messages of a dead-letter queue permanently.
 *
 * @param options Which messages to delete, and the maximum number to examine.
 * @throws {RainhooksError} `dead-letter-unavailable` when some could not be deleted; the message has their
 * number.
 */
export async function dropDeadLetters(
  reader: DeadLetterReader,
  options: { readonly wanted: (letter: DeadLetterMessage) => boolean; readonly limit: number },
): Promise<DropResult> {
  const examined: MessagesById = new Map();
  let dropped = 0;
  try {
    for await (const batch of receive(reader, options.limit, examined)) {
      const toDelete = batch.filter((message) => options.wanted(readMessage(message)));
      for (const call of chunk(toDelete, MESSAGES_PER_CALL)) {
        await deleteForGood(reader, call);
        dropped += call.length;
        for (const { MessageId = "" } of call) examined.delete(MessageId);
      }
    }
  } finally {
    await release(reader, [...examined.values()]);
  }
  return { dropped, kept: examined.size };
}
