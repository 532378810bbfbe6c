import type { StageAccess } from "@rainhooks/stage/reached";
import { type DeadLetterMessage, NO_REASON } from "@rainhooks/stage/read-dead-letters";
import { type LettersOfWebhook, readAllDeadLetters } from "./of-delivery.ts";

/** Dead letters of one cause, whichever queues have them. */
export interface DeadLetterCause {
  readonly errorCode: string | undefined;
  readonly reason: string;
  /** Message ids, by webhook or worker. */
  readonly queues: readonly { readonly webhook: string; readonly ids: readonly string[] }[];
  /** The first of them. */
  readonly examples: readonly DeadLetterExample[];
}

/** A dead letter of a cause, with the beginning of its body. */
export type DeadLetterExample = { readonly webhook: string } & Pick<
  DeadLetterMessage,
  "messageId" | "deliveryId" | "publishedAtMs" | "sentAtMs" | "body"
>;

/** Dead letters of each queue that are read. */
const MAX_READ = 1000;
const MAX_EXAMPLES = 20;
const MAX_BODY = 300;

/** Reads the dead letters of all queues, by their causes, the most frequent first. */
export async function readCauses(reached: StageAccess): Promise<DeadLetterCause[]> {
  return causesIn(await readAllDeadLetters(reached, MAX_READ));
}

/** Groups dead letters by error code and reason: no reason has an id in it. */
export function causesIn(queues: readonly LettersOfWebhook[]): DeadLetterCause[] {
  const all = queues.flatMap(({ webhook, letters }) => letters.map((letter) => ({ webhook, ...letter })));
  const byCause = Map.groupBy(all, ({ errorCode, reason }) => JSON.stringify([errorCode, reason]));
  const causes = [...byCause.values()].toSorted((a, b) => b.length - a.length);
  return causes.map((letters) => ({
    errorCode: letters[0]?.errorCode,
    reason: letters[0]?.reason ?? NO_REASON,
    queues: [...Map.groupBy(letters, ({ webhook }) => webhook)].map(([webhook, own]) => ({
      webhook,
      ids: own.map(({ messageId }) => messageId),
    })),
    examples: letters.slice(0, MAX_EXAMPLES).map((letter) => {
      const { webhook, messageId, deliveryId, publishedAtMs, sentAtMs, body } = letter;
      return { webhook, messageId, deliveryId, publishedAtMs, sentAtMs, body: body.slice(0, MAX_BODY) };
    }),
  }));
}
