import { RainhooksError } from "@rainhooks/core/errors";
import { countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import {
  type DeadLetterMessage,
  deadLettersOf,
  NO_REASON,
} from "@rainhooks/stage/read-dead-letters";
import { allQueued, type StageAccess } from "@rainhooks/stage/stage-access";

/** Counts the dead letters of each webhook and worker of a stage, as SQS estimates them. */
export function countDeadLetters(access: StageAccess) {
  const counts = allQueued(access).map(async ([webhook, { deadLetterQueueUrl }]) => ({
    webhook,
    messages: await countMessages(access.clients.sqs, deadLetterQueueUrl),
  }));
  return Promise.all(counts);
}

/** Which dead letters of a queue are meant: those for which all of this is true. */
export interface DeadLetterChoice {
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
export function chosenDeadLetters({ code, reason, id, messageIds }: DeadLetterChoice) {
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

/** Dead letters of each webhook among which those of a delivery are searched. */
const MAX_LETTERS = 1000;

/** The dead letters of a delivery at a webhook or a worker. */
export interface DeadLettersOfWebhook {
  readonly webhook: string;
  readonly letters: readonly DeadLetterMessage[];
}

/**
 * Reads the dead letters of a delivery at each webhook and worker. All queues at once: on AWS,
 * reading one to its end takes a second.
 *
 * @param id The delivery's id, or the start of it.
 */
export async function deadLettersOfDelivery(
  access: StageAccess,
  id: string,
): Promise<DeadLettersOfWebhook[]> {
  const all = await readAllDeadLetters(access, MAX_LETTERS);
  return all.map(({ webhook, letters }) => ({
    webhook,
    letters: letters.filter(({ deliveryId }) => deliveryId.startsWith(id)),
  }));
}

/** Reads up to `max` dead letters of each webhook and worker. */
function readAllDeadLetters(access: StageAccess, max: number): Promise<DeadLettersOfWebhook[]> {
  return Promise.all(
    allQueued(access).map(async ([webhook]) => ({
      webhook,
      letters: await deadLettersOf(access, webhook, max),
    })),
  );
}

/** Dead letters of one cause, whichever queues have them. */
export type DeadLetterCause = ReturnType<typeof causesIn>[number];

/** Dead letters of each queue that are read. */
const MAX_READ = 1000;
const MAX_EXAMPLES = 20;
const MAX_BODY = 300;

/** Reads the dead letters of all queues, by their causes, the most frequent first. */
export async function readCauses(access: StageAccess): Promise<DeadLetterCause[]> {
  return causesIn(await readAllDeadLetters(access, MAX_READ));
}

/** Groups dead letters by error code and reason: no reason has an id in it. */
export function causesIn(queues: readonly DeadLettersOfWebhook[]) {
  const all = queues.flatMap(({ webhook, letters }) =>
    letters.map((letter) => ({ webhook, ...letter })),
  );
  const byCause = Map.groupBy(all, ({ errorCode, reason }) => JSON.stringify([errorCode, reason]));
  const causes = [...byCause.values()].toSorted((a, b) => b.length - a.length);
  return causes.map((letters) => ({
    errorCode: letters[0]?.errorCode,
    reason: letters[0]?.reason ?? NO_REASON,
    /** Message ids, by webhook or worker. */
    queues: [...Map.groupBy(letters, ({ webhook }) => webhook)].map(([webhook, own]) => ({
      webhook,
      ids: own.map(({ messageId }) => messageId),
    })),
    /** The first of them, with the beginnings of their bodies. */
    examples: letters.slice(0, MAX_EXAMPLES).map((letter) => {
      const { webhook, messageId, deliveryId, publishedAtMs, sentAtMs, body } = letter;
      return {
        webhook,
        messageId,
        deliveryId,
        publishedAtMs,
        sentAtMs,
        body: body.slice(0, MAX_BODY),
      };
    }),
  }));
}
