import type { Message } from "@aws-sdk/client-sqs";
import { chunk } from "@rainhooks/core/collections";
import { MESSAGES_PER_CALL } from "@rainhooks/sinks/sqs/message";
import {
  type DeadLetterReader,
  type MessagesById,
  receive,
  release,
} from "@rainhooks/stage/read-dead-letters";
import { deleteForGood } from "./redrive.ts";

/** Which messages of a dead-letter queue to delete. */
export interface DropOptions {
  readonly isChosen: (message: Message) => boolean;
  /** Maximum number of messages to examine. */
  readonly limit: number;
  /** Only counts. @defaultValue false */
  readonly isDry?: boolean;
}

/** The result of a drop. */
export interface DropResult {
  readonly dropped: number;
  /** Messages that were examined and not deleted, because they were not chosen. */
  readonly kept: number;
}

/**
 * Deletes messages of a dead-letter queue permanently.
 *
 * @throws {RainhooksError} `dead-letter-unavailable` when some could not be deleted; the message has their
 * number.
 */
export async function dropDeadLetters(
  reader: DeadLetterReader,
  { isChosen, limit, isDry = false }: DropOptions,
): Promise<DropResult> {
  const examined: MessagesById = new Map();
  let [dropped, read] = [0, 0];
  try {
    for await (const batch of receive(reader, limit, examined)) {
      const chosen = batch.filter(isChosen);
      read += batch.length;
      dropped += chosen.length;
      if (isDry) continue;
      for (const call of chunk(chosen, MESSAGES_PER_CALL)) await deleteForGood(reader, call);
      for (const { MessageId = "" } of chosen) examined.delete(MessageId);
    }
  } finally {
    await release(reader, [...examined.values()]);
  }
  return { dropped, kept: read - dropped };
}
