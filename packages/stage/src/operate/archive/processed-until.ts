import { setTimeout as pause } from "node:timers/promises";
import { countText } from "@rainhooks/core/count-text";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { readOldestMessages } from "../../local-endpoint.ts";
import { queueNameOf, type StageAccess } from "../../stage-access.ts";
import { ageInQueue, maxAgesS } from "../stage/ages.ts";
import { countMessages } from "../stage/count-messages.ts";
import { TO_QUEUE_MS } from "./what-waits.ts";

/**
 * Time in which the queues of an emulator that does not report ages should be empty for a moment.
 */
const EMPTY_WITHIN_MS = 10 * SECOND_MS;
const LOOK_EVERY_MS = 200;
/**
 * Maximum age of a message in a short queue of such an emulator: a record whose process was killed
 * is received again after three minutes.
 */
const LOCAL_QUEUE_MS = 5 * MINUTE_MS;
/** Maximum length of a short queue. */
const MAX_SHORT = 1000;
/** How old the newest metrics of SQS are at most. */
export const METRICS_MS = 10 * MINUTE_MS;

/**
 * Returns up to which time of publishing a webhook has handled all deliveries, by the ages of what
 * waits in its queues.
 *
 * @throws {RainhooksError} `stage-unavailable` if too much waits in the queues of an emulator that
 * does not say how long.
 */
export async function processedUntilMs(
  access: StageAccess,
  queueUrls: readonly string[],
): Promise<number> {
  if (access.local !== undefined) return handledHere(access, access.local.file.endpoint, queueUrls);
  const agesS = await maxAgesS(access.outputs.region, queueUrls.map(ageInQueue));
  return Date.now() - METRICS_MS - Math.max(0, ...agesS) * SECOND_MS;
}

async function handledHere(
  access: StageAccess,
  endpoint: string,
  queueUrls: readonly string[],
): Promise<number> {
  const nowMs = Date.now();
  const oldest = await readOldestMessages(endpoint);
  if (oldest === undefined) return handledByLengths(access, queueUrls);
  const sentMs = queueUrls.map((url) => oldest.get(queueNameOf(url)) ?? nowMs);
  return Math.min(nowMs, ...sentMs) - TO_QUEUE_MS;
}

/** Looks at the lengths of queues of an emulator that does not say how long messages wait. */
async function handledByLengths(
  { clients }: StageAccess,
  queueUrls: readonly string[],
): Promise<number> {
  const endMs = Date.now() + EMPTY_WITHIN_MS;
  for (;;) {
    const nowMs = Date.now();
    const counts = await Promise.all(queueUrls.map((url) => countMessages(clients.sqs, url)));
    const waiting = counts.reduce((sum, count) => sum + count, 0);
    if (waiting === 0) return nowMs - TO_QUEUE_MS;
    if (nowMs >= endMs && waiting <= MAX_SHORT) return nowMs - LOCAL_QUEUE_MS;
    if (nowMs >= endMs)
      throw new RainhooksError(
        "stage-unavailable",
        `The queues of the webhook have ${countText(waiting, "delivery", "deliveries")} waiting. Try again when fewer do: what is missing could be among them.`,
      );
    await pause(LOOK_EVERY_MS);
  }
}
