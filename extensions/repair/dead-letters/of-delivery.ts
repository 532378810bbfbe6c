import { allQueued, type StageAccess } from "@rainhooks/stage/reached";
import type { DeadLetterMessage } from "@rainhooks/stage/read-dead-letters";
import { deadLettersOf } from "./queues.ts";

/** Dead letters of each webhook among which those of a delivery are searched. */
const MAX_LETTERS = 1000;

/** The dead letters of a delivery at a webhook or a worker. */
export interface LettersOfWebhook {
  readonly webhook: string;
  readonly letters: readonly DeadLetterMessage[];
}

/**
 * Reads the dead letters of a delivery at each webhook and worker. All queues at once: on AWS, reading one to
 * its end takes a second.
 *
 * @param id The delivery's id, or the start of it.
 */
export async function lettersOfDelivery(reached: StageAccess, id: string): Promise<LettersOfWebhook[]> {
  const all = await readAllDeadLetters(reached, MAX_LETTERS);
  return all.map(({ webhook, letters }) => ({
    webhook,
    letters: letters.filter(({ deliveryId }) => deliveryId.startsWith(id)),
  }));
}

/** Reads up to `max` dead letters of each webhook and worker. */
export function readAllDeadLetters(reached: StageAccess, max: number): Promise<LettersOfWebhook[]> {
  return Promise.all(
    allQueued(reached).map(async ([webhook]) => ({
      webhook,
      letters: await deadLettersOf(reached, webhook, max),
    })),
  );
}
