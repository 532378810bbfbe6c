import { chunkBySize, RainhooksError } from "@rainhooks/core";
import { MESSAGES_PER_CALL } from "@rainhooks/webhook/sqs-message";
import {
  type DeadLetterReader,
  type DeadLetterSeen,
  receive,
  release,
  type Seen,
  toSeen,
} from "./read-dead-letters.ts";
import { deleteAll } from "./redrive.ts";

/** What a drop did. */
export interface Dropped {
  readonly dropped: number;
  /** Messages that were looked at and left, because they were not wanted. */
  readonly left: number;
}

/**
 * Deletes messages of a dead-letter queue for good.
 *
 * @param options Which messages to delete, and how many to look at.
 * @throws {RainhooksError} `dead-letter-unavailable` when some could not be deleted, with how many.
 */
export async function dropDeadLetters(
  reader: DeadLetterReader,
  options: { readonly wanted: (letter: DeadLetterSeen) => boolean; readonly most: number },
): Promise<Dropped> {
  const seen: Seen = new Map();
  let dropped = 0;
  try {
    for await (const some of receive(reader, options.most, seen)) {
      const gone = some.filter((message) => options.wanted(toSeen(message)));
      for (const call of chunkBySize(gone, () => 0, { count: MESSAGES_PER_CALL, bytes: 1 })) {
        const kept = await deleteAll(reader, call);
        if (kept > 0) {
          throw new RainhooksError(
            "dead-letter-unavailable",
            `${kept} dead letters could not be deleted. Try again.`,
          );
        }
        dropped += call.length;
        for (const { MessageId = "" } of call) seen.delete(MessageId);
      }
    }
  } finally {
    await release(reader, [...seen.values()]);
  }
  return { dropped, left: seen.size };
}
