import { chunkBySize, counted, RainhooksError } from "@rainhooks/core";
import { MESSAGES_PER_CALL } from "@rainhooks/sinks/sqs";
import {
  type DeadLetterReader,
  type DeadLetterSeen,
  type Received,
  receive,
  release,
  toSeen,
} from "@rainhooks/stage/read-dead-letters";
import { deleteAll } from "./redrive.ts";

/** The result of a drop. */
export interface Dropped {
  readonly dropped: number;
  /** Messages that were examined and not deleted, because they were not wanted. */
  readonly kept: number;
}

/**
 * Deletes messages of a dead-letter queue permanently.
 *
 * @param options Which messages to delete, and the maximum number to examine.
 * @throws {RainhooksError} `dead-letter-unavailable` when some could not be deleted; the message has their number.
 */
export async function dropDeadLetters(
  reader: DeadLetterReader,
  options: { readonly wanted: (letter: DeadLetterSeen) => boolean; readonly limit: number },
): Promise<Dropped> {
  const examined: Received = new Map();
  let dropped = 0;
  try {
    for await (const batch of receive(reader, options.limit, examined)) {
      const toDelete = batch.filter((message) => options.wanted(toSeen(message)));
      for (const call of chunkBySize(toDelete, () => 0, { count: MESSAGES_PER_CALL, bytes: 1 })) {
        const failed = await deleteAll(reader, call);
        if (failed > 0) {
          throw new RainhooksError(
            "dead-letter-unavailable",
            `${counted(failed, "dead letter")} could not be deleted. Try again.`,
          );
        }
        dropped += call.length;
        for (const { MessageId = "" } of call) examined.delete(MessageId);
      }
    }
  } finally {
    await release(reader, [...examined.values()]);
  }
  return { dropped, kept: examined.size };
}
