import type { PublishedRange } from "@rainhooks/archive/hours/hours-to-read";
import type { ArchivedObject } from "@rainhooks/archive/objects";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { newTimeId } from "@rainhooks/core/time-id";
import { untilArchived } from "@rainhooks/stage/operate/archive/what-waits";
import type { OperationOptions, Wait } from "@rainhooks/stage/operate/progress";
import type { WaitingClock } from "@rainhooks/stage/operate/replay/queue-watch";
import type { ReplayJob, ReplayRequest } from "@rainhooks/stage/operate/replay/replay-job";
import { MAX_LIST } from "@rainhooks/stage/operate/replay/request";
import type { Destination } from "../destinations/destination.ts";
import type { DestinationStore } from "../destinations/destination-store.ts";
import { readDestination, readPause, readPauses } from "../destinations/store.ts";
import { closePause, noteActive, noteJob } from "../pauses/change.ts";
import { contains, type MissedRange, type Pause } from "../pauses/pause.ts";

/** What is needed to send a destination what it missed. */
export interface MissedDependencies extends OperationOptions {
  readonly destinations: DestinationStore;
  /** Lists the objects of the archive in which deliveries of a range can be. */
  readonly objectsOf: (range: PublishedRange) => Promise<readonly ArchivedObject[]>;
  /** Returns what deliveries published before a time wait for until they are archived. */
  readonly whatWaits: (toMs: number) => Promise<Wait | undefined>;
  /** How long to wait before the archive is read again. */
  readonly archiveLookMs: number;
  /**
   * How long functions may still handle an event as for a paused destination after that is active.
   */
  readonly drainMs: number;
  readonly replays: {
    /** Returns `undefined` if it is not kept any more. */
    read(id: string): Promise<ReplayJob | undefined>;
    create(id: string, request: ReplayRequest): Promise<ReplayJob>;
    /**
     * Runs a replay to its end, or until it is aborted. `onProgress` is called about once a second.
     */
    run(job: ReplayJob, options: OperationOptions): Promise<ReplayJob>;
    cancel(id: string): Promise<unknown>;
  };
  readonly clock: WaitingClock;
  readonly rate: number;
  readonly maxDeadLetters: number;
}

/** How sending what was missed has ended. */
export type MissedResult =
  /** All that was missed has been sent. */
  | { readonly kind: "done"; readonly pauses: number; readonly sent: number }
  /** The destination gets no events again. What was not sent is still known. */
  | { readonly kind: "stopped"; readonly destination: Destination }
  | { readonly kind: "removed" }
  /** `signal` has ended it. */
  | { readonly kind: "interrupted" }
  /** A replay has failed, or was cancelled. */
  | { readonly kind: "failed"; readonly job: ReplayJob };

/** How much the clocks of this machine and of S3 may differ. */
const CLOCK_MARGIN_MS = 2 * MINUTE_MS;

/** The webhook that forwards events. */
export const FORWARD = "forward";

/**
 * Returns which deliveries of a range a destination can want: none from before it was added. With
 * tags or a condition, that is decided event by event.
 */
export function requestFor(
  { id, events, nodes, tags, createdAtMs }: Destination,
  { fromMs, toMs }: PublishedRange,
  { rate, maxDeadLetters }: Pick<ReplayRequest, "rate" | "maxDeadLetters">,
): ReplayRequest {
  return {
    webhook: FORWARD,
    address: id,
    toMs,
    rate,
    maxDeadLetters,
    // Ranges are in whole minutes, so that one can begin before the destination was added.
    fromMs: createdAtMs < toMs ? Math.max(fromMs, createdAtMs) : fromMs,
    ...(events === "all" ? {} : { events }),
    ...(nodes.length === 0 || tags.length > 0 ? {} : { nodes }),
  };
}

/**
 * The id of the replay of what was archived while another one ran: no second one can be created.
 */
function lateReplayOf(id: string): string {
  return `${id}-late`;
}

/** Ends it early. */
class Ended extends Error {
  readonly end: MissedResult;
  constructor(end: MissedResult) {
    super(end.kind);
    this.end = end;
  }
}

/**
 * Sends an active destination what it missed, one pause after the other. For each, it waits until
 * no function leaves events to the archive any more and the archive has them, replays the range for
 * this destination alone, and closes the pause. If the process ends at any moment, the next one
 * goes on with its replay.
 *
 * @throws {RainhooksError} `write-conflict` if another process does it.
 */
export async function sendMissed(
  id: string,
  dependencies: MissedDependencies,
): Promise<MissedResult> {
  try {
    return await sendAll({ ...dependencies, id, sent: 0 });
  } catch (thrown) {
    if (thrown instanceof Ended) return thrown.end;
    throw thrown;
  }
}

/** What is sent to one destination, and how much was sent until now. */
interface Recovery extends MissedDependencies {
  readonly id: string;
  sent: number;
}

async function sendAll(recovery: Recovery): Promise<MissedResult> {
  const { id, destinations } = recovery;
  for (let pauses = 0; ; pauses += 1) {
    const { pauseId } = await endUnlessActive(recovery);
    const first = (await readPauses(destinations, id)).find((pause) => pause.pauseId !== pauseId);
    if (first === undefined) return { kind: "done", pauses, sent: recovery.sent };
    await drain(recovery, first);
    for (;;) {
      const pause = await readPause(destinations, first);
      if (pause === undefined) break;
      if (pause.missed !== undefined) await sendRange(recovery, pause, pause.missed);
      // Something may have been missed since it was read; then it is sent, too.
      if (await closePause(destinations, pause)) break;
    }
  }
}

/** Waits until no function can leave events to the archive any more. */
async function drain(recovery: Recovery, pause: Pause): Promise<void> {
  const { id, clock, destinations, drainMs, onProgress } = recovery;
  const { activeSinceMs = clock.nowMs() } = pause;
  if (pause.activeSinceMs === undefined) await noteActive(destinations, pause, activeSinceMs, true);
  const untilMs = activeSinceMs + drainMs;
  if (untilMs > clock.nowMs())
    onProgress?.({ step: "wait", wait: { for: "active-seen", destination: id } });
  await waitUntil(recovery, untilMs);
}

async function sendRange(recovery: Recovery, pause: Pause, missed: MissedRange): Promise<void> {
  const { whatWaits, archiveLookMs, clock, onProgress, replays, objectsOf } = recovery;
  await untilArchived({
    whatWaits: () => whatWaits(missed.toMs),
    wait: () => waitUntil(recovery, clock.nowMs() + archiveLookMs),
    onWait: (wait) => onProgress?.({ step: "wait", wait }),
  });
  const request = requestFor(await endUnlessActive(recovery), missed, recovery);
  const last = pause.job === undefined ? undefined : await replays.read(pause.job);
  const covering = contains(last?.request, request) ? last : undefined;
  // Nobody would go on with it: the pause names the wider one.
  if (covering === undefined) await cancelReplays(pause, replays);
  const job = covering ?? (await begin(recovery, pause, request));
  await finish(recovery, job);
  const id = lateReplayOf(job.id);
  const late = await replays.read(id);
  if (late !== undefined) return finish(recovery, late);
  // A replay of too many objects does not list them: then the time of writing decides.
  const replayed = job.request.keys && new Set(job.request.keys);
  const keys = (await objectsOf(request))
    .filter(
      ({ key, writtenAtMs = 0 }) =>
        !(replayed?.has(key) ?? writtenAtMs < job.createdAtMs - CLOCK_MARGIN_MS),
    )
    .map(({ key }) => key);
  if (keys.length > 0) await finish(recovery, await replays.create(id, { ...request, keys }));
}

/** Cancels the replays of what was missed in a pause that seem to run. */
export async function cancelReplays(
  { job }: Pause,
  { read, cancel }: Pick<MissedDependencies["replays"], "read" | "cancel">,
): Promise<void> {
  for (const id of job === undefined ? [] : [job, lateReplayOf(job)])
    if ((await read(id))?.state === "running") await cancel(id);
}

/** Begins a replay. The pause names it first: no process leaves one that nobody knows. */
async function begin(
  { id: destination, destinations, clock, objectsOf, replays }: Recovery,
  pause: Pause,
  request: ReplayRequest,
): Promise<ReplayJob> {
  const keys = (await objectsOf(request)).map(({ key }) => key);
  const id = newTimeId(clock.nowMs());
  if (await noteJob(destinations, pause, id))
    return replays.create(id, { ...request, ...(keys.length <= MAX_LIST ? { keys } : {}) });
  throw new RainhooksError(
    "write-conflict",
    `What ${destination} missed is being sent by another process.`,
  );
}

/** Runs a replay to its end, unless it is done, or the destination is no longer active. */
async function finish(recovery: Recovery, job: ReplayJob): Promise<void> {
  if (job.state === "done") return;
  const { signal, replays } = recovery;
  const stopping = new AbortController();
  const ended = await replays.run(job, {
    signal: AbortSignal.any([stopping.signal, ...(signal === undefined ? [] : [signal])]),
    onProgress: (step) => {
      recovery.onProgress?.(step);
      endUnlessActive(recovery).catch((thrown: unknown) => stopping.abort(thrown));
    },
  });
  if (stopping.signal.aborted) {
    const { reason } = stopping.signal;
    // Nobody could go on with it: its pause was removed, too.
    if (ended.state === "running" && reason instanceof Ended && reason.end.kind === "removed")
      await replays.cancel(job.id);
    throw reason;
  }
  if (signal?.aborted || ended.state === "running") throw new Ended({ kind: "interrupted" });
  if (ended.state !== "done") throw new Ended({ kind: "failed", job: ended });
  recovery.sent += ended.counts.sent;
}

/** Returns the destination; ends the recovery if it is not active. */
async function endUnlessActive({ id, signal, destinations }: Recovery): Promise<Destination> {
  if (signal?.aborted) throw new Ended({ kind: "interrupted" });
  const destination = await readDestination(destinations, id);
  if (destination === undefined) throw new Ended({ kind: "removed" });
  if (destination.state !== "active") throw new Ended({ kind: "stopped", destination });
  return destination;
}

/** Waits until a time, in short steps, and ends when the destination is no longer active. */
async function waitUntil(recovery: Recovery, untilMs: number): Promise<void> {
  const { clock } = recovery;
  while (clock.nowMs() < untilMs) {
    await clock.sleep(Math.min(SECOND_MS, untilMs - clock.nowMs()));
    await endUnlessActive(recovery);
  }
}
