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
import { isNamedIn, type Renaming } from "./rename.ts";

/** Each waits for a second for what a queue may still have. */
const QUEUES_AT_ONCE = 8;

/** Options of {@link eraseLetters}. */
export interface LetterSearch {
  readonly renaming: Renaming;
  /** Called with each letter that names the subject. */
  readonly onLetter?: ((letter: DeadLetterMessage) => void) | undefined;
}

/**
 * Searches all dead-letter queues: bodies, and attributes of the messages in them and of their own. Without
 * `erase`, it only counts. Returns the number of letters that name the subject.
 *
 * @throws {RainhooksError} `dead-letter-unavailable` if some could not be deleted, or others read them all
 * the time.
 */
export async function eraseLetters(
  reached: StageAccess,
  { renaming, onLetter }: LetterSearch,
  erase: boolean,
): Promise<number> {
  const found = await mapLimited([...allQueued(reached)], QUEUES_AT_ONCE, ([name]) =>
    eraseIn({ ...deadLetterQueueOf(reached, name), isWhole: true }, { renaming, onLetter }, erase),
  );
  return found.reduce((sum, count) => sum + count, 0);
}

async function eraseIn(
  reader: DeadLetterReader,
  { renaming, onLetter }: LetterSearch,
  erase: boolean,
): Promise<number> {
  const examined: MessagesById = new Map();
  let found = 0;
  try {
    for await (const batch of receive(reader, Number.MAX_SAFE_INTEGER, examined)) {
      const named = batch.filter((message) => textsOf(message).some((text) => isNamedIn(text, renaming)));
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
