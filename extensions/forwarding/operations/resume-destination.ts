import { setTimeout as pause } from "node:timers/promises";
import type { PublishedRange } from "@rainhooks/archive/hours/hours-to-read";
import { listHours } from "@rainhooks/archive/read/read-hours";
import { collect } from "@rainhooks/core/collections";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { archiveLookMs, onTheWayMs, whatWaits } from "@rainhooks/stage/operate/archive/what-waits";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { countDeliveries } from "@rainhooks/stage/operate/replay/count-deliveries";
import {
  cancelReplay,
  createReplay,
  readReplay,
  resumeReplay,
} from "@rainhooks/stage/operate/replay/run-job";
import { targetOf } from "@rainhooks/stage/operate/replay/target";
import { hoursOf, stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { archiveOf, type StageAccess } from "@rainhooks/stage/stage-access";
import { MAX_CACHE_AGE_MS } from "../destinations/cached-destinations.ts";
import type { Destination } from "../destinations/destination.ts";
import { deleteDestination } from "../destinations/manage.ts";
import { setState } from "../destinations/set-state.ts";
import { readPauses, requireDestination } from "../destinations/store.ts";
import { closePause } from "../pauses/change.ts";
import type { MissedRange } from "../pauses/pause.ts";
import { forwardingOf } from "./forwarding-of.ts";
import {
  cancelReplays,
  FORWARD,
  type MissedResult,
  requestFor,
  sendMissed,
} from "./send-missed.ts";

/**
 * Maximum time that a function of forwarding runs. Locally, one that leaves events to the archive
 * takes no longer than this.
 */
const MAX_TIMEOUT_MS = { aws: 60 * SECOND_MS, local: 5 * SECOND_MS };

/** How a destination gets what it missed. */
interface ResumeRequest {
  /** @defaultValue half of the destination's own rate, or 50 */
  readonly rate?: number | undefined;
  /** New dead letters of the webhook after which it ends. */
  readonly maxDeadLetters: number;
}

/** What resuming a destination would send. */
export type ResumePlan = Awaited<ReturnType<typeof planResume>>;

/** A destination before it is resumed. */
type ResumeState = Awaited<ReturnType<typeof readResumeState>>;

/**
 * Reads what resuming a destination would be.
 *
 * @returns Its `kind`, too. `active`: there is nothing to resume. `no-archive`: what it missed is
 * in dead-letter queues, and is not sent.
 */
export async function readResumeState(access: StageAccess, id: string) {
  const { table } = forwardingOf(access);
  const destination = await requireDestination(table, id);
  const pauses = await readPauses(table, id);
  const kind = () => {
    if (destination.state === "active" && pauses.length === 0) return "active";
    if (access.outputs.archive === undefined) return "no-archive";
    return pauses.every(({ missed }) => missed === undefined) ? "nothing-missed" : "missed";
  };
  return { destination, pauses, kind: kind() };
}

/** Deliveries per second, of a destination without a rate of its own. */
const DEFAULT_RATE = 50;

/** Half of a destination's own rate is for what it missed, so that live events have the rest. */
export function resumeRate({ ratePerS }: Destination, { rate }: ResumeRequest): number {
  return rate ?? (ratePerS === undefined ? DEFAULT_RATE : Math.max(1, Math.floor(ratePerS / 2)));
}

/** Reads the archive as a recovery would, and counts. It sends nothing. */
export async function planResume(
  access: StageAccess,
  { destination, pauses }: ResumeState,
  request: ResumeRequest,
  { signal, onProgress }: OperationOptions = {},
) {
  const { subscribed } = targetOf(access, FORWARD);
  const nowMs = Date.now();
  const rate = resumeRate(destination, request);
  const missed = pauses.flatMap((pause) => pause.missed ?? []);
  const byType: Record<string, number> = {};
  let matched = 0;
  for (const range of missed) {
    const plan = await countDeliveries(requestFor(destination, range, { ...request, rate }), {
      archive: stageArchive(access),
      hours: await hoursOf(access, range, nowMs),
      subscribed,
      signal,
      onProgress: ({ objects, read: deliveries }) =>
        onProgress?.({ step: "read-archive", objects, deliveries }),
    });
    matched += plan.matched;
    for (const [type, count] of plan.byType) byType[type] = (byType[type] ?? 0) + count;
  }
  const lastMs = Math.max(0, ...missed.map(({ toMs }) => toMs));
  return {
    /** Ranges of times of publishing, one for each pause in which something was missed. */
    missed,
    /** Deliveries in them that the destination can want, as far as they are archived. */
    matched,
    byType,
    /** How long it takes to send so many. */
    rate,
    seconds: Math.ceil(matched / rate),
    /** Whether some of it is not archived yet, so that it is not counted. */
    isIncomplete: lastMs + onTheWayMs(access) > nowMs,
    /**
     * What was published before this time is no longer in the archive; absent if all that was
     * missed is.
     */
    goneBeforeMs: goneBefore(missed, archiveOf(access).deleteAfterDays, nowMs),
  };
}

/**
 * Returns the time before which what was missed is no longer in the archive; `undefined` if all of
 * it is.
 *
 * @param deleteAfterDays Days after which the archive deletes its objects.
 */
export function goneBefore(
  missed: readonly MissedRange[],
  deleteAfterDays: number | undefined,
  nowMs: number,
): number | undefined {
  if (deleteAfterDays === undefined) return undefined;
  const keptFromMs = nowMs - deleteAfterDays * DAY_MS;
  return missed.some(({ fromMs }) => fromMs < keptFromMs) ? keptFromMs : undefined;
}

/**
 * Lets a destination be active.
 *
 * @param isSent Whether {@link sendMissedOf} sends what it missed. Otherwise, that is forgotten.
 * @returns The destination, and whether this call has changed it.
 */
export async function activate(access: StageAccess, id: string, isSent: boolean) {
  const { table } = forwardingOf(access);
  const activated = await setState(table, id, { state: "active", atMs: Date.now() });
  for (const one of isSent ? [] : await readPauses(table, id)) await closePause(table, one);
  return activated;
}

/**
 * Sends an active destination what it missed. Interrupted, it goes on when it is called again.
 *
 * @throws {RainhooksError} `write-conflict` if another process does it.
 */
export function sendMissedOf(
  access: StageAccess,
  destination: Destination,
  request: ResumeRequest,
  options: OperationOptions = {},
): Promise<MissedResult> {
  const change = { rate: resumeRate(destination, request), maxDeadLetters: request.maxDeadLetters };
  const hours = (range: PublishedRange) => hoursOf(access, range, Date.now());
  return sendMissed(destination.id, {
    ...options,
    ...change,
    destinations: forwardingOf(access).table,
    objectsOf: async (range) => collect(listHours(stageArchive(access), await hours(range))),
    whatWaits: (toMs) => whatWaits(access, toMs, Date.now()),
    archiveLookMs: archiveLookMs(access),
    // The maximum age of cached destinations, and the maximum duration of an invocation.
    drainMs: MAX_CACHE_AGE_MS + MAX_TIMEOUT_MS[access.local === undefined ? "aws" : "local"],
    replays: {
      ...replaysOf(access),
      create: async (id, range) =>
        createReplay(access, id, { request: range, hours: await hours(range), planned: 0 }),
      run: (job, running) => resumeReplay(access, job.id, change, running),
    },
    clock: { nowMs: Date.now, sleep: (ms) => pause(ms) },
  });
}

function replaysOf(access: StageAccess) {
  return {
    read: (id: string) => readReplay(access, id).catch(ignoreAbsence),
    cancel: (id: string) => cancelReplay(access, id),
  };
}

/** Ignores the error that something is not there. */
export function ignoreAbsence(error: unknown): undefined {
  if (!(error instanceof RainhooksError) || error.code !== "not-found") throw error;
}

/**
 * Removes a destination and its secrets. The replays of what it missed end: nobody could go on with
 * them, and an erasure waits for each replay that seems to run.
 *
 * @throws {RainhooksError} `not-found` if there is none with the id.
 */
export async function removeWithReplays(access: StageAccess, id: string): Promise<void> {
  const forwarding = forwardingOf(access);
  // First: who may not cancel them is told so while the destination, and its pauses, are still
  // there.
  for (const pause of await readPauses(forwarding.table, id))
    await cancelReplays(pause, replaysOf(access));
  await deleteDestination(forwarding, id);
}
