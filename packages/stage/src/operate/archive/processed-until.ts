import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { readOldestMessages } from "../../local-endpoint.ts";
import { queueNameOf, type StageAccess } from "../../stage-access.ts";
import { ageInQueue, maxAgesS } from "../stage/ages.ts";
import { TO_QUEUE_MS } from "./what-waits.ts";

/** How old the newest metrics of SQS are at most. */
export const METRICS_MS = 10 * MINUTE_MS;

/**
 * Returns up to which time of publishing a webhook has handled all deliveries, by the ages of what
 * waits in its queues.
 *
 * @throws {RainhooksError} `stage-unavailable` if the endpoint of a local stage does not say it.
 */
export async function processedUntilMs(
  { local, outputs }: StageAccess,
  queueUrls: readonly string[],
): Promise<number> {
  if (local !== undefined) {
    const nowMs = Date.now();
    const oldest = await readOldestMessages(local.file.endpoint);
    const sentMs = queueUrls.map((url) => oldest.get(queueNameOf(url)) ?? nowMs);
    return Math.min(nowMs, ...sentMs) - TO_QUEUE_MS;
  }
  const agesS = await maxAgesS(outputs.region, queueUrls.map(ageInQueue));
  return Date.now() - METRICS_MS - Math.max(0, ...agesS) * SECOND_MS;
}
