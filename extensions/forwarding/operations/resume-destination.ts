import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "@rainhooks/core/durations";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { hoursOf, stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { callerOf } from "@rainhooks/stage/operate/stage/caller";
import { functionOf } from "@rainhooks/stage/outputs";
import type { StageAccess } from "@rainhooks/stage/reached";
import { archiveLookMs } from "../../repair/archived/wait-until-archived.ts";
import { whatWaits } from "../../repair/archived/what-waits.ts";
import { replayTable, targetOf } from "../../repair/replay/target.ts";
import type { Destination } from "../destinations/destination.ts";
import { setState } from "../destinations/set-state.ts";
import { readPauses } from "../destinations/store.ts";
import { closePause, noteActive } from "../pauses/change.ts";
import { forwardingOf } from "./forwarding-of.ts";
import { type ResumeRequest, resumeRate } from "./plan-resume.ts";
import { FORWARD, type RecoverResult, settleMs } from "./recover/recover.ts";
import { recoverMissed } from "./recover/resume.ts";

/**
 * Maximum time that a function of forwarding runs. Locally, one that leaves events to the archive takes no
 * longer than this.
 */
const MAX_TIMEOUT_MS = { aws: 60 * SECOND_MS, local: 5 * SECOND_MS };
/** Messages in the queue of retries above which nothing more is sent. */
const MAX_WAITING = 2000;
const RETRIES = "retries";

/** A destination that was made active. */
export interface Activation {
  readonly destination: Destination;
  /** False if it was active already. */
  readonly changed: boolean;
}

/** Lets a destination be active. What it missed is still known: {@link sendMissed} sends it. */
export function activateDestination(reached: StageAccess, id: string): Promise<Activation> {
  return setState(forwardingOf(reached).table, id, { state: "active", atMs: Date.now() });
}

/** Lets a destination be active, and forgets what it missed. */
export async function activateWithoutMissed(reached: StageAccess, id: string): Promise<Activation> {
  const { table } = forwardingOf(reached);
  const activated = await activateDestination(reached, id);
  for (const one of await readPauses(table, id)) {
    await noteActive(table, one, Date.now());
    await closePause(table, one);
  }
  return activated;
}

/**
 * Sends an active destination what it missed. Interrupted, it goes on when it is called again.
 *
 * @throws {RainhooksError} `not-found` for an unknown destination; `write-conflict` if another process does
 * it.
 */
export async function sendMissed(
  reached: StageAccess,
  destination: Destination,
  request: ResumeRequest,
  { signal, onProgress }: OperationOptions = {},
): Promise<RecoverResult> {
  const { queueUrl, deadLetterQueueUrl, subscribed } = targetOf(reached, FORWARD);
  const retries = functionOf(reached.outputs, RETRIES, "queue")?.queueUrl;
  return recoverMissed(destination.id, {
    destinations: forwardingOf(reached).table,
    table: replayTable(reached),
    archive: stageArchive(reached),
    queue: { sqs: reached.clients.sqs, queueUrl },
    deadLetterQueueUrl,
    ...(retries === undefined ? {} : { further: { queueUrl: retries, maxWaiting: MAX_WAITING } }),
    subscribed,
    clock: { nowMs: Date.now, sleep: (ms) => pause(ms) },
    hoursOf: (range) => hoursOf(reached, range, Date.now()),
    whatWaits: (toMs) => whatWaits(reached, toMs, Date.now()),
    archiveLookMs: archiveLookMs(reached),
    settleMs: settleMs(reached.local === undefined ? MAX_TIMEOUT_MS.aws : MAX_TIMEOUT_MS.local),
    rate: resumeRate(destination, request),
    maxDeadLetters: request.maxDeadLetters,
    startedBy: await callerOf(reached),
    newRunner: randomUUID,
    signal,
    onWait: (wait) => onProgress?.({ step: "wait", wait }),
    onProgress: (job, wait) => onProgress?.({ step: "send", job, wait }),
  });
}
