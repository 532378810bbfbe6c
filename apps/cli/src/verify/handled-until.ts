import { MINUTE_MS, SECOND_MS } from "@rainhooks/core";
import { countMessages } from "@rainhooks/operate";
import type { ReachedStage } from "@rainhooks/stage";
import { ageInQueue, maxAgesS } from "../replay/what-waits.ts";

/** Age after which nothing waits in a queue of a local stage: what failed is tried again within half of it. */
const LOCAL_QUEUE_MS = MINUTE_MS;
/** What SNS needs to bring a message to an empty queue at most. */
const TO_QUEUE_MS = SECOND_MS;
/** How old the newest metrics of SQS are at most. */
const METRICS_MS = 10 * MINUTE_MS;

/** Returns up to which time of publishing a webhook has handled all deliveries, by the ages of what waits in its queues. */
export async function handledUntilMs(
  { local, clients, outputs: { region } }: ReachedStage,
  queueUrls: readonly string[],
): Promise<number> {
  const nowMs = Date.now();
  if (local === undefined) {
    const agesS = await maxAgesS(region, queueUrls.map(ageInQueue));
    return nowMs - METRICS_MS - Math.max(0, ...agesS) * SECOND_MS;
  }
  const counts = await Promise.all(queueUrls.map((url) => countMessages(clients.sqs, url)));
  return nowMs - (counts.every((count) => count === 0) ? TO_QUEUE_MS : LOCAL_QUEUE_MS);
}
