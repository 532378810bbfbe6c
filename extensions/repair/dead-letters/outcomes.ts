import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import {
  type DeadLetterMessage,
  type DeadLetterReader,
  deadLetterQueueOf,
  examine,
  readMessage,
} from "@rainhooks/stage/read-dead-letters";
import { queuedOf, type StageAccess } from "@rainhooks/stage/stage-access";
import { digestOf, type SentDeadLetter } from "./redrive.ts";

/**
 * What came of a letter that was sent again. `handled`: the queue is empty, and it is not in the
 * dead-letter queue. `failed`: it is in the dead-letter queue again. `pending`: it may wait in the
 * queue, to be handled or tried again.
 */
export type DeadLetterOutcome = "handled" | "failed" | "pending";

/** A letter that was sent again, and what came of it. */
export interface DeadLetterResult {
  readonly letter: DeadLetterMessage;
  readonly outcome: DeadLetterOutcome;
  /** The dead letter that it has become again. */
  readonly failure?: DeadLetterMessage;
}

/** The letters of which to find out what came of them. */
export interface SentDeadLetters {
  readonly webhook: string;
  readonly sent: readonly SentDeadLetter[];
  /** Letters that were left in the dead-letter queue: these are not new. */
  readonly kept: readonly DeadLetterMessage[];
}

/** How long to wait for the outcomes, and with which clock. */
export interface OutcomeWait {
  readonly waitMs: number;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  /** Called with the number of messages in the queue of the webhook, while there are some. */
  readonly onWaiting?: (messages: number) => void;
}

const LOOK_EVERY_MS = SECOND_MS;
/**
 * For how long a queue must be empty in AWS. Counts of SQS can be up to a minute late. Source:
 * Amazon SQS API reference, "GetQueueAttributes".
 */
const EMPTY_FOR_MS = MINUTE_MS;
/** Dead letters that are examined. */
const MAX_EXAMINED = 10_000;

/**
 * Waits until the queue of a webhook is empty, or until the time is up, and returns what came of
 * each letter that was sent there. What fails for a reason that may pass is tried again for days:
 * it is `pending`, as is everything in a queue that other messages keep busy.
 */
export async function deadLetterOutcomes(
  access: StageAccess,
  { webhook, sent, kept }: SentDeadLetters,
  wait: OutcomeWait,
): Promise<DeadLetterResult[]> {
  if (sent.length === 0) return [];
  const { queueUrl } = queuedOf(access, webhook);
  const emptyForMs = access.local === undefined ? EMPTY_FOR_MS : 0;
  const isEmpty = await untilEmpty({ sqs: access.clients.sqs, queueUrl }, emptyForMs, wait);
  const known = new Set(
    [...sent.map(({ letter }) => letter), ...kept].map(({ messageId }) => messageId),
  );
  const { failures, isComplete } = await readFailures(deadLetterQueueOf(access, webhook), known);
  return sent.map(({ letter, digest }): DeadLetterResult => {
    const failure = failures.get(digest)?.shift();
    if (failure !== undefined) return { letter, outcome: "failed", failure };
    return { letter, outcome: isEmpty && isComplete ? "handled" : "pending" };
  });
}

/** Returns true once a queue is empty; false if there is something in it until the time is up. */
async function untilEmpty(
  { sqs, queueUrl }: DeadLetterReader,
  emptyForMs: number,
  { waitMs, nowMs, pause, onWaiting }: OutcomeWait,
): Promise<boolean> {
  const endMs = nowMs() + waitMs;
  let emptySinceMs = Number.POSITIVE_INFINITY;
  for (;;) {
    const messages = await countMessages(sqs, queueUrl);
    const atMs = nowMs();
    emptySinceMs = messages === 0 ? Math.min(emptySinceMs, atMs) : Number.POSITIVE_INFINITY;
    if (atMs - emptySinceMs >= emptyForMs) return true;
    if (atMs >= endMs) return false;
    onWaiting?.(messages);
    await pause(Math.min(LOOK_EVERY_MS, endMs - atMs));
  }
}

/** Reads the letters that are not known, by their digest, and whether these are all. */
async function readFailures(reader: DeadLetterReader, known: ReadonlySet<string>) {
  // A letter that another command reads at this moment would count as handled.
  return examine({ ...reader, isWhole: true }, MAX_EXAMINED, async (batches, examined) => {
    for await (const _ of batches);
    const failures = new Map<string, DeadLetterMessage[]>();
    for (const [id, message] of examined) {
      if (known.has(id)) continue;
      const digest = digestOf(message);
      failures.set(digest, [...(failures.get(digest) ?? []), readMessage(message)]);
    }
    return { failures, isComplete: examined.size < MAX_EXAMINED };
  });
}
