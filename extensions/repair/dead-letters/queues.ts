import { countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import { allQueued, queuedOf, type StageAccess } from "@rainhooks/stage/reached";
import {
  type DeadLetterMessage,
  type DeadLetterReader,
  readDeadLetters,
} from "@rainhooks/stage/read-dead-letters";

/**
 * Returns the dead-letter queue of a webhook or a worker.
 *
 * @throws {RainhooksError} `not-found` when the stage has neither of this name.
 */
export function deadLetterQueueOf(reached: StageAccess, webhook: string): DeadLetterReader {
  const { deadLetterQueueUrl: queueUrl } = queuedOf(reached, webhook);
  return { sqs: reached.clients.sqs, queueUrl, isLocal: reached.local !== undefined };
}

/** Reads up to `limit` dead letters of a webhook or a worker. They stay where they are. */
export async function deadLettersOf(
  reached: StageAccess,
  webhook: string,
  limit?: number,
): Promise<DeadLetterMessage[]> {
  return readDeadLetters(deadLetterQueueOf(reached, webhook), limit);
}

/** The number of messages in the dead-letter queue of a webhook or a worker. */
export interface DeadLetterCount {
  readonly webhook: string;
  readonly messages: number;
}

/** Counts the dead letters of each webhook and worker of a stage, as SQS estimates them. */
export function countDeadLetters(reached: StageAccess): Promise<DeadLetterCount[]> {
  const counts = allQueued(reached).map(async ([webhook, { deadLetterQueueUrl }]) => ({
    webhook,
    messages: await countMessages(reached.clients.sqs, deadLetterQueueUrl),
  }));
  return Promise.all(counts);
}
