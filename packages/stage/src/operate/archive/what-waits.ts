import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "@rainhooks/core/durations";
import { inputError, type RainhooksError } from "@rainhooks/core/errors";
import { readOldestMessages, writeBuffered } from "../../local-endpoint.ts";
import { archiveOf, queueNameOf, type StageAccess } from "../../stage-access.ts";
import type { OperationOptions, Wait } from "../progress.ts";
import { waitText } from "../progress.ts";
import { ageInQueue, maxAgesS } from "../stage/ages.ts";

/** Maximum time in which Firehose writes a full buffer. */
const MAX_WRITE_S = 60;
/** Maximum time in which SNS of a local stage delivers a message to a queue. */
export const TO_QUEUE_MS = SECOND_MS;

/**
 * Returns how long after its publishing a delivery can still be on its way to the archive, in ms,
 * if nothing fails.
 */
export function onTheWayMs(access: StageAccess): number {
  const { bufferS } = archiveOf(access);
  return (bufferS + Math.min(bufferS, MAX_WRITE_S)) * SECOND_MS;
}

/**
 * Returns what deliveries that were published before a time may still wait for; `undefined` if all
 * of them are in the archive.
 */
export async function whatWaits(
  access: StageAccess,
  toMs: number,
  nowMs: number,
): Promise<Wait | undefined> {
  const readyMs = toMs + onTheWayMs(access);
  if (nowMs < readyMs) return { for: "archive-buffer", leftMs: readyMs - nowMs };
  const { local } = access;
  return local === undefined
    ? waitsInAws(access, nowMs - toMs)
    : waitsHere(access, local.file.endpoint, toMs, nowMs);
}

async function waitsHere(
  access: StageAccess,
  endpoint: string,
  toMs: number,
  nowMs: number,
): Promise<Wait | undefined> {
  const { queueUrl } = archiveOf(access);
  const oldest = await readOldestMessages(endpoint);
  const sentMs = (queueUrl === undefined ? undefined : oldest.get(queueNameOf(queueUrl))) ?? nowMs;
  if (sentMs < toMs + TO_QUEUE_MS) return { for: "archive-queue", ageMs: nowMs - sentMs };
  // What has left the queue by now may be in the buffer.
  return (await writeBuffered(endpoint))
    ? undefined
    : { for: "firehose", ageMs: onTheWayMs(access) };
}

/** Asks CloudWatch for the age of what waits: a busy queue is never empty. */
async function waitsInAws(access: StageAccess, sinceMs: number): Promise<Wait | undefined> {
  const { queueUrl, stream } = archiveOf(access);
  const [heldS = 0, queuedS = 0] = await maxAgesS(access.outputs.region, [
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

/** Options of {@link untilArchived}. */
export interface ArchiveWait {
  /** Returns what is waited for; `undefined` if all is archived. */
  readonly whatWaits: () => Promise<Wait | undefined>;
  /** Waits until the next look. */
  readonly wait: () => Promise<void>;
  /**
   * Called when something else is waited for than before, also at first. What it throws ends the
   * wait.
   */
  readonly onWait?: ((wait: Wait) => void) | undefined;
}

/** Waits until deliveries are archived. */
export async function untilArchived({ whatWaits, wait, onWait }: ArchiveWait): Promise<void> {
  let said: Wait["for"] | undefined;
  for (;;) {
    const waits = await whatWaits();
    if (waits === undefined) return;
    if (waits.for !== said) onWait?.(waits);
    said = waits.for;
    await wait();
  }
}

const LOOK_MS = { local: SECOND_MS, aws: 10 * SECOND_MS };

/**
 * Returns how long to wait between two looks at what is archived, in ms: in AWS, each costs a call.
 */
export function archiveLookMs({ local }: StageAccess): number {
  return local === undefined ? LOOK_MS.aws : LOOK_MS.local;
}

/**
 * Waits until all deliveries that were published before a time are archived.
 *
 * @throws {RainhooksError} `input-invalid` if it does not wait and they are not.
 */
export async function waitUntilArchived(
  access: StageAccess,
  toMs: number,
  { wait, signal, onProgress }: OperationOptions & { readonly wait: boolean },
): Promise<void> {
  const waited = signal === undefined ? {} : { signal };
  await untilArchived({
    whatWaits: () => whatWaits(access, toMs, Date.now()),
    wait: () => pause(archiveLookMs(access), undefined, waited),
    onWait: (waits) => {
      if (!wait) throw notYetArchived(access, toMs, waits);
      onProgress?.({ step: "wait", wait: waits });
    },
  });
}

function notYetArchived(access: StageAccess, toMs: number, wait: Wait): RainhooksError {
  const [to, earlier] = [toMs, Date.now() - onTheWayMs(access)].map((atMs) =>
    new Date(atMs).toISOString(),
  );
  return inputError({
    field: "toMs",
    problem: `Deliveries before ${to} may be missing until ${waitText(wait)}.`,
    remedy: `Use an earlier time, such as ${earlier}, or wait for it.`,
  });
}
