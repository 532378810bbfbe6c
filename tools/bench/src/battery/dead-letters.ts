import { listObjects } from "@rainhooks/archive/objects";
import { readObjectLines } from "@rainhooks/archive/read/object-lines";
import { catalogEntryOfTopic } from "@rainhooks/core/catalog";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { readDeadLetters } from "@rainhooks/stage/read-dead-letters";
import { deployedName } from "@rainhooks/webhook/names";
import { BROKEN_TEXT } from "./messages.ts";

/** The dead letters of a webhook, beside those that it should have. */
export interface DeadLetterCheck {
  readonly webhook: string;
  readonly expected: number;
  readonly found: number;
  /** Ids of deliveries that are missing, and of those that should not be there. */
  readonly missing: readonly string[];
  readonly strange: readonly string[];
}

/**
 * Compares the dead letters of each webhook with the archived messages that cannot be decoded: just
 * those that it wanted.
 */
export async function checkDeadLetters(stage: Stage): Promise<DeadLetterCheck[]> {
  const broken = await brokenDeliveries(stage);
  return Promise.all(
    stage.webhooks.map(async ({ name, events, filtered }) => {
      const wanted: ReadonlySet<string | undefined> = new Set(events);
      // The archive takes them as they are.
      const expected = new Set(
        filtered ? broken.flatMap(([id, type]) => (wanted.has(type) ? [id] : [])) : [],
      );
      const queueUrl = stage.provisioned.queues.get(name)?.deadLetters.url ?? "";
      const letters = await readDeadLetters({ sqs: stage.clients.sqs, queueUrl, isLocal: true });
      const found = new Set(letters.map(({ deliveryId }) => deliveryId));
      return {
        webhook: name,
        expected: expected.size,
        found: found.size,
        missing: [...expected].filter((id) => !found.has(id)),
        strange: [...found].filter((id) => !expected.has(id)),
      };
    }),
  );
}

/**
 * Returns the archived messages that cannot be decoded, by their mark, with their types: without
 * the code that decodes.
 */
async function brokenDeliveries({
  clients,
  name,
}: Stage): Promise<[id: string, type: string | undefined][]> {
  const archive = { client: clients.s3, bucket: deployedName(name, "archive") };
  const broken = new Map<string, string | undefined>();
  for await (const { key } of listObjects(archive))
    for await (const { deliveries } of readObjectLines(archive, key))
      for (const { delivery } of deliveries)
        if (delivery.body.includes(BROKEN_TEXT))
          broken.set(delivery.id, catalogEntryOfTopic(delivery.topic ?? "")?.type);
  return [...broken];
}
