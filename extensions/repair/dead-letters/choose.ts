import { RainhooksError } from "@rainhooks/core/errors";
import type { DeadLetterMessage } from "@rainhooks/stage/read-dead-letters";

/** Which dead letters of a queue are meant: those for which all of this is true. */
export interface LetterChoice {
  /** Only letters with this error code. */
  readonly code?: string | undefined;
  /** Only letters whose reason contains this. */
  readonly reason?: string | undefined;
  /** Only the letter whose delivery id or message id starts with this. */
  readonly id?: string | undefined;
  /** Only letters with these message ids. */
  readonly messageIds?: readonly string[] | undefined;
}

/** Minimum length of the start of an id. */
const MIN_ID = 6;

/**
 * Returns whether a letter is meant.
 *
 * @throws {RainhooksError} `input-invalid` for an id that is too short to be unique.
 */
export function chosenLetters({ code, reason, id, messageIds }: LetterChoice) {
  if (id !== undefined && id.length < MIN_ID) {
    throw new RainhooksError(
      "input-invalid",
      `${JSON.stringify(id)} is too short. Give at least the first ${MIN_ID} characters of the id.`,
    );
  }
  const ids = messageIds === undefined ? undefined : new Set(messageIds);
  return (letter: DeadLetterMessage): boolean =>
    (code === undefined || letter.errorCode === code) &&
    (reason === undefined || letter.reason?.includes(reason) === true) &&
    (id === undefined || letter.deliveryId.startsWith(id) || letter.messageId.startsWith(id)) &&
    (ids === undefined || ids.has(letter.messageId));
}
