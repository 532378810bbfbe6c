import type { Archive } from "@rainhooks/archive/objects";
import { readHours } from "@rainhooks/archive/read/read-hours";
import type { ObjectLines, UnreadableLine } from "@rainhooks/archive/read/text-lines";
import { placesOf } from "@rainhooks/archive/read/text-lines";
import { addCounts } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { SECOND_MS } from "@rainhooks/core/durations";
import { messageOf } from "@rainhooks/core/errors";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import type { Wait } from "../progress.ts";
import { LEASE_MS, readJob, saveJob } from "./job-store.ts";
import { Pace, type QueueWatch, type WatchedQueues, watchQueues } from "./queue-watch.ts";
import { checkpointAfter, type ReplayCounts, type ReplayJob } from "./replay-job.ts";
import { type Selector, type SubscriptionScope, selectorOf } from "./select.ts";
import { sendDeliveries } from "./send.ts";

/** What a replay needs. */
export interface ReplayDependencies extends WatchedQueues {
  readonly table: TableAccess;
  readonly archive: Archive;
  /** What the webhook gets. */
  readonly subscribed: SubscriptionScope;
  /** Ends the run after what is being sent; the job can be resumed. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the job as it is, about once a second and at the end. */
  readonly onProgress?: (job: ReplayJob, wait: Wait | undefined) => void;
}

const CHECKPOINT_MS = SECOND_MS;
const STEPS_PER_S = 10;
const MAX_STEP = 500;
/** Problems that are kept with a job. */
const MAX_PROBLEMS = 20;

/**
 * Runs a job that this process has taken ({@link takeJob}): reads the archive on from the job's
 * place, and sends what is selected to the webhook's queue of replays. About once a second the job
 * is saved with its place and all counts, so that another process can go on from there. What was
 * sent after the last save is then sent again, which is harmless: the webhook accepts replays.
 *
 * @returns The job as it ended: done, failed with the reason, or as somebody else has changed it.
 * It is still running when `signal` has ended it.
 */
export async function runReplay(
  job: ReplayJob,
  dependencies: ReplayDependencies,
): Promise<ReplayJob> {
  const run = new Run(job, dependencies);
  try {
    await run.sendAll();
    return await run.end();
  } catch (error) {
    return run.fail(error);
  }
}

/** Thrown when a job is no longer this process's: then it cannot be saved as failed, either. */
class Lost extends Error {}

/** A job while it runs. */
class Run {
  #job: ReplayJob;
  readonly #dependencies: ReplayDependencies;
  readonly #selector: Selector;
  readonly #pace: Pace;
  readonly #stepSize: number;
  #watch: QueueWatch | undefined;
  #sinceSave = 0;
  #savedAtMs = 0;

  constructor(job: ReplayJob, dependencies: ReplayDependencies) {
    this.#job = job;
    this.#dependencies = dependencies;
    this.#selector = selectorOf(job.request, dependencies.subscribed);
    this.#pace = new Pace(job.request.rate, dependencies.clock);
    this.#stepSize = Math.min(MAX_STEP, Math.ceil(job.request.rate / STEPS_PER_S));
    this.#savedAtMs = dependencies.clock.nowMs();
  }

  async sendAll(): Promise<void> {
    const { archive, signal } = this.#dependencies;
    const { hours, place: after, request } = this.#job;
    this.#watch = await watchQueues(this.#dependencies, request);
    const lines = readHours(archive, hours, {
      after,
      keys: request.keys,
      onObject: ({ key }) => {
        // It was counted when it was begun.
        if (key !== after?.key) this.#add({ objects: 1 });
      },
    });
    for await (const part of lines) {
      for (const step of stepsOf(part, this.#selector, this.#stepSize)) {
        await this.#handle(part.key, step);
        if (signal?.aborted) return;
      }
    }
  }

  /** Saves the end of the job. */
  async end(): Promise<ReplayJob> {
    const isAborted = this.#dependencies.signal?.aborted === true;
    return this.#saveLast(
      isAborted ? { runner: undefined, leaseUntilMs: undefined } : { state: "done" },
    );
  }

  async fail(error: unknown): Promise<ReplayJob> {
    const failed = { state: "failed", reason: messageOf(error) } as const;
    // What made the job fail can also keep it from being saved: then it can be resumed from its
    // last save.
    return this.#saveLast(failed).catch(() => ({ ...this.#job, ...failed }));
  }

  async #handle(key: string, step: ReplayStep): Promise<void> {
    const { queue } = this.#dependencies;
    const { id, request } = this.#job;
    const { deliveries: matched, read, unreadable, lastLine } = step;
    await this.#waitForWebhook();
    // It would only become another dead letter.
    const deliveries = matched.filter((delivery) => decode(delivery).kind !== "undecodable");
    await this.#pace.wait(deliveries.length);
    const replay = {
      job: id,
      ...(request.address === undefined ? {} : { address: request.address }),
    };
    const unsendable = await sendDeliveries(queue, deliveries, replay);
    this.#add({
      read,
      matched: matched.length,
      sent: deliveries.length - unsendable.length,
      undecodable: matched.length - deliveries.length,
      failed: unsendable.length,
      unreadable: unreadable.length,
    });
    this.#note([
      ...placesOf({ key, unreadable }),
      ...unsendable.map(({ id: delivery, reason }) => `delivery ${delivery}: ${reason}`),
    ]);
    this.#change({ place: { key, line: lastLine } });
    this.#sinceSave += deliveries.length;
    const isDue = this.#dependencies.clock.nowMs() - this.#savedAtMs >= CHECKPOINT_MS;
    if (isDue || this.#sinceSave + this.#stepSize > checkpointAfter(request)) await this.#save();
  }

  /** Waits while the webhook has enough to do, and fails if it fails. */
  async #waitForWebhook(): Promise<void> {
    const { clock, signal } = this.#dependencies;
    for (;;) {
      const waiting = await this.#watch?.look();
      if (waiting === undefined || signal?.aborted) return;
      await clock.sleep(CHECKPOINT_MS);
      await this.#save(waiting);
    }
  }

  async #save(waiting?: Wait): Promise<void> {
    const { table, clock, onProgress } = this.#dependencies;
    const nowMs = clock.nowMs();
    const saved = await saveJob(table, {
      ...this.#job,
      updatedAtMs: nowMs,
      leaseUntilMs: nowMs + LEASE_MS,
    });
    if (saved === undefined) throw new Lost();
    this.#job = saved;
    this.#sinceSave = 0;
    this.#savedAtMs = nowMs;
    onProgress?.(this.#job, waiting);
  }

  async #saveLast(change: Partial<ReplayJob>): Promise<ReplayJob> {
    const { table, clock, onProgress } = this.#dependencies;
    const ended = await saveJob(table, { ...this.#job, ...change, updatedAtMs: clock.nowMs() });
    if (ended === undefined) return readJob(table, this.#job.id);
    onProgress?.(ended, undefined);
    return ended;
  }

  #add(more: Partial<ReplayCounts>): void {
    this.#change({ counts: addCounts(this.#job.counts, more) });
  }

  #note(problems: readonly string[]): void {
    this.#change({ problems: [...this.#job.problems, ...problems].slice(0, MAX_PROBLEMS) });
  }

  #change(change: Partial<ReplayJob>): void {
    this.#job = { ...this.#job, ...change };
  }
}

/**
 * Lines of an object that a replay handles together: all counts up to its last line are known when
 * it is done.
 */
interface ReplayStep {
  /** Deliveries of the replay. */
  readonly deliveries: readonly Delivery[];
  /** Number of deliveries that were read. */
  readonly read: number;
  readonly unreadable: readonly UnreadableLine[];
  readonly lastLine: number;
}

/** Splits some lines of an object into steps with up to `max` deliveries of the replay each. */
function* stepsOf(
  { deliveries, unreadable, lastLine }: ObjectLines,
  selector: Selector,
  max: number,
): Generator<ReplayStep> {
  let matched: Delivery[] = [];
  let read = 0;
  let doneLine = 0;
  const step = (toLine: number, isLast: boolean): ReplayStep => {
    const problems = unreadable.filter(({ line }) => (isLast || line <= toLine) && line > doneLine);
    // A whole object has line 0.
    const broken = isLast ? unreadable.filter(({ line }) => line === 0) : [];
    return { deliveries: matched, read, unreadable: [...problems, ...broken], lastLine: toLine };
  };
  for (const { line, delivery } of deliveries) {
    read += 1;
    if (selector(delivery) !== undefined) matched.push(delivery);
    if (matched.length < max) continue;
    yield step(line, false);
    matched = [];
    read = 0;
    doneLine = line;
  }
  yield step(lastLine, true);
}
