import type { Message } from "@aws-sdk/client-sqs";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { MESSAGES_PER_CALL } from "@rainhooks/sinks/sqs/message";
import { allQueued, type StageAccess } from "@rainhooks/stage/reached";
import {
  type DeadLetterMessage,
  type DeadLetterReader,
  type MessagesById,
  readMessage,
  receive,
  release,
} from "@rainhooks/stage/read-dead-letters";
import { deadLetterQueueOf } from "../../repair/dead-letters/queues.ts";
import { deleteForGood } from "../../repair/dead-letters/redrive.ts";

/** Each waits for a second for what a queue may still have. */
const QUEUES_AT_ONCE = 8;

/** Options of {@link eraseLetters}. */
export interface LetterSearch {
  /** Whether a body, or the value of an attribute, is of what is erased. */
  readonly isMeant: (text: string) => boolean;
  /** Called with each letter that is meant. */
  readonly onLetter?: ((letter: DeadLetterMessage) => void) | undefined;
}

/**
 * Searches all dead-letter queues: bodies, and attributes of the messages in them and of their own. Without
 * `erase`, it only counts. Returns the number of letters that are meant.
 *
 * @throws {RainhooksError} `dead-letter-unavailable` if some could not be deleted, or others read them all
 * the time.
 */
export async function eraseLetters(
  reached: StageAccess,
  search: LetterSearch,
  erase: boolean,
): Promise<number> {
  const found = await mapLimited([...allQueued(reached)], QUEUES_AT_ONCE, ([name]) =>
    eraseIn({ ...deadLetterQueueOf(reached, name), isWhole: true }, search, erase),
  );
  return found.reduce((sum, count) => sum + count, 0);
}

async function eraseIn(
  reader: DeadLetterReader,
  { isMeant, onLetter }: LetterSearch,
  erase: boolean,
): Promise<number> {
  const examined: MessagesById = new Map();
  let found = 0;
  try {
    for await (const batch of receive(reader, Number.MAX_SAFE_INTEGER, examined)) {
      const named = batch.filter((message) => textsOf(message).some(isMeant));
      found += named.length;
      for (const message of named) onLetter?.(readMessage(message));
      if (!erase) continue;
      for (const call of chunk(named, MESSAGES_PER_CALL)) await deleteForGood(reader, call);
      for (const { MessageId = "" } of named) examined.delete(MessageId);
    }
    return found;
  } finally {
    await release(reader, [...examined.values()]);
  }
}

function textsOf({ Body = "", MessageAttributes = {} }: Message): string[] {
  return [Body, ...Object.values(MessageAttributes).map(({ StringValue = "" }) => StringValue)];
}
