import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { readOldestMessages, writeBuffered } from "@rainhooks/stage/local-endpoint";
import type { Wait } from "@rainhooks/stage/operate/progress";
import { ageInQueue, maxAgesS } from "@rainhooks/stage/operate/stage/ages";
import { countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import { archiveOf, queueNameOf, type StageAccess } from "@rainhooks/stage/reached";

/** Maximum time in which Firehose writes a full buffer. */
const MAX_WRITE_S = 60;
/**
 * Maximum age of a message in the archive's queue, on an emulator that does not report the age of messages. A
 * failed message is retried within half of this time.
 */
const LOCAL_QUEUE_MS = MINUTE_MS;
/** Maximum time in which SNS of a local stage delivers a message to a queue. */
export const TO_QUEUE_MS = SECOND_MS;

/**
 * Returns how long after its publishing a delivery can still be on its way to the archive, in ms, if nothing
 * fails.
 */
export function onTheWayMs(reached: StageAccess): number {
  const { bufferS } = archiveOf(reached);
  return (bufferS + Math.min(bufferS, MAX_WRITE_S)) * SECOND_MS;
}

/**
 * Returns what deliveries that were published before a time may still wait for; `undefined` if all of them
 * are in the archive.
 */
export async function whatWaits(
  reached: StageAccess,
  toMs: number,
  nowMs: number,
): Promise<Wait | undefined> {
  const readyMs = toMs + onTheWayMs(reached);
  if (nowMs < readyMs) return { for: "archive-buffer", leftMs: readyMs - nowMs };
  const { local } = reached;
  return local === undefined
    ? waitsInAws(reached, nowMs - toMs)
    : waitsHere(reached, local.file.endpoint, toMs, nowMs);
}

async function waitsHere(
  reached: StageAccess,
  endpoint: string,
  toMs: number,
  nowMs: number,
): Promise<Wait | undefined> {
  const { queueUrl } = archiveOf(reached);
  const oldest = await readOldestMessages(endpoint);
  if (oldest !== undefined) {
    const sentMs = (queueUrl === undefined ? undefined : oldest.get(queueNameOf(queueUrl))) ?? nowMs;
    if (sentMs < toMs + TO_QUEUE_MS) return { for: "archive-queue", ageMs: nowMs - sentMs };
    // What has left the queue by now may be in the buffer.
    return (await writeBuffered(endpoint)) ? undefined : { for: "firehose", ageMs: onTheWayMs(reached) };
  }
  if (queueUrl === undefined) return undefined;
  if (nowMs - toMs > LOCAL_QUEUE_MS) return undefined;
  const count = await countMessages(reached.clients.sqs, queueUrl);
  return count === 0 ? undefined : { for: "archive-queue-length", count };
}

/** Asks CloudWatch for the age of what waits: a busy queue is never empty. */
async function waitsInAws(reached: StageAccess, sinceMs: number): Promise<Wait | undefined> {
  const { queueUrl, stream } = archiveOf(reached);
  const [heldS = 0, queuedS = 0] = await maxAgesS(reached.outputs.region, [
    {
      Namespace: "AWS/Firehose",
      MetricName: "DeliveryToS3.DataFreshness",
      name: "DeliveryStreamName",
      value: stream,
    },
    // None, if no webhook archives any more.
    ...(queueUrl === undefined ? [] : [ageInQueue(queueUrl)]),
  ]);
  if (queuedS * SECOND_MS > sinceMs) return { for: "archive-queue", ageMs: queuedS * SECOND_MS };
  if (heldS * SECOND_MS > sinceMs) return { for: "firehose", ageMs: heldS * SECOND_MS };
  return undefined;
}
