import { setTimeout as pause } from "node:timers/promises";
import type { PublishedRange } from "@rainhooks/archive/hours/hours-to-read";
import { listHours } from "@rainhooks/archive/read/read-hours";
import { collect } from "@rainhooks/core/collections";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { hoursOf, stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { functionOf } from "@rainhooks/stage/outputs";
import type { StageAccess } from "@rainhooks/stage/reached";
import { archiveLookMs } from "../../repair/archived/wait-until-archived.ts";
import { whatWaits } from "../../repair/archived/what-waits.ts";
import { cancelReplay, createReplay, readReplay, resumeReplay } from "../../repair/replay/run-job.ts";
import type { Destination } from "../destinations/destination.ts";
import { MAX_KNOWN_AGE_MS } from "../destinations/known-destinations.ts";
import { setState } from "../destinations/set-state.ts";
import { readPauses } from "../destinations/store.ts";
import { closePause, noteActive } from "../pauses/change.ts";
import { forwardingOf } from "./forwarding-of.ts";
import { type ResumeRequest, resumeRate } from "./plan-resume.ts";
import { type MissedResult, sendMissed } from "./send-missed.ts";

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

/** Lets a destination be active. What it missed is still known: {@link sendMissedOf} sends it. */
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
 * @throws {RainhooksError} `write-conflict` if another process does it.
 */
export function sendMissedOf(
  reached: StageAccess,
  destination: Destination,
  request: ResumeRequest,
  { signal, onProgress }: OperationOptions = {},
): Promise<MissedResult> {
  const retries = functionOf(reached.outputs, RETRIES, "queue")?.queueUrl;
  const further = retries === undefined ? {} : { further: { queueUrl: retries, maxWaiting: MAX_WAITING } };
  const change = { rate: resumeRate(destination, request), maxDeadLetters: request.maxDeadLetters };
  const hours = (range: PublishedRange) => hoursOf(reached, range, Date.now());
  return sendMissed(destination.id, {
    ...change,
    destinations: forwardingOf(reached).table,
    objectsOf: async (range) => collect(listHours(stageArchive(reached), await hours(range))),
    whatWaits: (toMs) => whatWaits(reached, toMs, Date.now()),
    archiveLookMs: archiveLookMs(reached),
    settleMs: settleMs(reached.local === undefined ? MAX_TIMEOUT_MS.aws : MAX_TIMEOUT_MS.local),
    replays: {
      read: (id) => readReplay(reached, id).catch(ignoreAbsence),
      create: async (id, wanted) =>
        createReplay(reached, id, { request: wanted, hours: await hours(wanted), planned: 0 }),
      run: (job, options) =>
        resumeReplay(reached, job.id, change, {
          ...{ ...options, ...further },
          onProgress: (step) => {
            options.onProgress?.(step);
            onProgress?.(step);
          },
        }),
      cancel: (id) => cancelReplay(reached, id),
    },
    clock: { nowMs: Date.now, sleep: (ms) => pause(ms) },
    signal,
    onWait: (wait) => onProgress?.({ step: "wait", wait }),
  });
}

/**
 * Returns how long functions may still leave events to the archive after a destination becomes active: the
 * maximum age of their cached destinations, and the maximum duration of an invocation.
 */
export function settleMs(maxTimeoutMs: number): number {
  return MAX_KNOWN_AGE_MS + maxTimeoutMs;
}

/** Ignores the error that something is not there. */
export function ignoreAbsence(error: unknown): undefined {
  if (!(error instanceof RainhooksError) || error.code !== "not-found") throw error;
}
