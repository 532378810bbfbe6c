import type { Message } from "@aws-sdk/client-sqs";
import { mapLimited } from "@rainhooks/core/collections";
import { dropDeadLetters } from "@rainhooks/stage/drop-dead-letters";
import {
  type DeadLetterMessage,
  deadLetterQueueOf,
  readMessage,
} from "@rainhooks/stage/read-dead-letters";
import { allQueued, type StageAccess } from "@rainhooks/stage/stage-access";

/** Each waits for a second for what a queue may still have. */
const QUEUES_AT_ONCE = 8;

/** Options of {@link eraseDeadLetters}. */
export interface DeadLetterSearch {
  /** Whether a body, or the value of an attribute, is of what is erased. */
  readonly isMeant: (text: string) => boolean;
  /** Called with each letter that is meant. */
  readonly onLetter?: ((letter: DeadLetterMessage) => void) | undefined;
}

/**
 * Searches all dead-letter queues: bodies, and attributes of the messages in them and of their own.
 * Without `erase`, it only counts. Returns the number of letters that are meant.
 *
 * @throws {RainhooksError} `dead-letter-unavailable` if some could not be deleted, or others read
 * them all the time.
 */
export async function eraseDeadLetters(
  access: StageAccess,
  { isMeant, onLetter }: DeadLetterSearch,
  erase: boolean,
): Promise<number> {
  const isChosen = (message: Message) => {
    if (!textsOf(message).some(isMeant)) return false;
    onLetter?.(readMessage(message));
    return true;
  };
  const options = { isChosen, limit: Number.MAX_SAFE_INTEGER, isDry: !erase };
  const results = await mapLimited([...allQueued(access)], QUEUES_AT_ONCE, ([name]) =>
    dropDeadLetters({ ...deadLetterQueueOf(access, name), isWhole: true }, options),
  );
  return results.reduce((sum, { dropped }) => sum + dropped, 0);
}

function textsOf({ Body = "", MessageAttributes = {} }: Message): string[] {
  return [Body, ...Object.values(MessageAttributes).map(({ StringValue = "" }) => StringValue)];
}
