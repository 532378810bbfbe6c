import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import { listHours } from "@rainhooks/archive/read/read-hours";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { newTimeId } from "@rainhooks/core/time-id";
import type { ReplayJob } from "@rainhooks/stage/operate/replay-job";
import { untilArchived } from "../../../repair/archived/until-archived.ts";
import { cancelJob, createJob, readJob, takeJob } from "../../../repair/replay/job-store.ts";
import { newJob } from "../../../repair/replay/new-job.ts";
import { MAX_LIST } from "../../../repair/replay/request.ts";
import { runReplay } from "../../../repair/replay/run.ts";
import type { Destination } from "../../destinations/destination.ts";
import { readDestination, readPause, readPauses } from "../../destinations/store.ts";
import { closePause, noteActive, noteJob } from "../../pauses/change.ts";
import type { Pause } from "../../pauses/pause.ts";
import { pausesToRecover, type RecoverDependencies, type RecoverResult, requestFor } from "./recover.ts";

/**
 * Sends an active destination what it missed in its pauses, one pause after the other. For each pause, it
 * waits until no function leaves events to the archive any more and the archive has them, replays the range
 * of the pause for this destination alone, replays once more what was archived meanwhile, and closes the
 * pause. If the process ends at any moment, nothing is lost: the next process continues from there.
 *
 * @throws {RainhooksError} `not-found` for an unknown destination; `write-conflict` if another process does
 * it.
 */
export async function recoverMissed(id: string, dependencies: RecoverDependencies): Promise<RecoverResult> {
  return new Recovery(id, dependencies).run();
}

/** Ends a recovery early. */
class Ended extends Error {
  readonly end: RecoverResult;
  constructor(end: RecoverResult) {
    super(end.kind);
    this.end = end;
  }
}

const LOOK_EVERY_MS = SECOND_MS;
/**
 * Clocks of S3 and of the process that started a replay can differ by this much. It matters only for more
 * objects than a job can list.
 */
const CLOCKS_MS = 2 * MINUTE_MS;

class Recovery {
  readonly #id: string;
  readonly #dependencies: RecoverDependencies;
  #pauses = 0;
  #sent = 0;

  constructor(id: string, dependencies: RecoverDependencies) {
    this.#id = id;
    this.#dependencies = dependencies;
  }

  async run(): Promise<RecoverResult> {
    try {
      for (;;) {
        const [pause] = pausesToRecover(await this.#active(), await readPauses(this.#store, this.#id));
        if (pause === undefined) return { kind: "done", pauses: this.#pauses, sent: this.#sent };
        await this.#recover(pause);
        this.#pauses += 1;
      }
    } catch (thrown) {
      if (thrown instanceof Ended) return thrown.end;
      throw thrown;
    }
  }

  get #store() {
    return this.#dependencies.destinations;
  }

  /** Sends what was missed in one pause, and closes it. */
  async #recover(first: Pause): Promise<void> {
    await this.#settle(first);
    for (;;) {
      const pause = await readPause(this.#store, first);
      if (pause === undefined) return;
      if (pause.missed !== undefined) await this.#sendMissed(pause, pause.missed);
      // Something may have been missed since it was read; then it is sent, too.
      if (await closePause(this.#store, pause)) return;
    }
  }

  /** Waits until no function can leave events to the archive any more. */
  async #settle(pause: Pause): Promise<void> {
    const { clock, onWait } = this.#dependencies;
    const nowMs = clock.nowMs();
    if (pause.activeSinceMs === undefined) await noteActive(this.#store, pause, nowMs);
    const untilMs = (pause.activeSinceMs ?? nowMs) + this.#dependencies.settleMs;
    if (untilMs > nowMs) onWait?.({ for: "active-seen", destination: this.#id });
    await this.#waitUntil(untilMs);
  }

  async #sendMissed(pause: Pause, missed: NonNullable<Pause["missed"]>): Promise<void> {
    const { whatWaits, archiveLookMs, clock, onWait } = this.#dependencies;
    await untilArchived({
      whatWaits: () => whatWaits(missed.toMs),
      wait: () => this.#waitUntil(clock.nowMs() + archiveLookMs),
      onWait,
    });
    const { job, pass } = await this.#jobOf(pause, missed);
    const done = await this.#finish(job);
    if (pass > 1) return;
    const hours = await this.#dependencies.hoursOf(done.request);
    const keys = await this.#keysAfter(done, hours);
    if (keys.length === 0) return;
    const request = { ...done.request, keys };
    await this.#finish(await this.#newJob(pause, { request, hours, before: done.id, pass: 2 }));
  }

  /** Returns the replay of a pause: the started one, if it covers what was missed. */
  async #jobOf(
    pause: Pause,
    missed: NonNullable<Pause["missed"]>,
  ): Promise<{ readonly job: ReplayJob; readonly pass: number }> {
    const begun = pause.job === undefined ? undefined : await this.#find(pause.job);
    const request = requestFor(await this.#active(), missed, this.#dependencies);
    if (begun !== undefined) {
      const { fromMs, toMs } = begun.request;
      if (fromMs <= request.fromMs && request.toMs <= toMs) return { job: begun, pass: pause.pass ?? 1 };
    }
    const hours = await this.#dependencies.hoursOf(request);
    const keys = await this.#keysOf(hours);
    const listed = keys.length <= MAX_LIST ? { keys } : {};
    const first = { request: { ...request, ...listed }, hours, before: pause.job, pass: 1 };
    return { job: await this.#newJob(pause, first), pass: first.pass };
  }

  async #find(job: string): Promise<ReplayJob | undefined> {
    try {
      return await readJob(this.#dependencies.table, job);
    } catch (error) {
      if (error instanceof RainhooksError && error.code === "not-found") return undefined;
      throw error;
    }
  }

  /**
   * Begins a replay. The pause names it first: a process that ends between the two leaves no replay that
   * nobody knows.
   */
  async #newJob(
    pause: Pause,
    {
      before,
      pass,
      ...given
    }: Pick<ReplayJob, "request" | "hours"> & { readonly before: string | undefined; readonly pass: number },
  ): Promise<ReplayJob> {
    const { clock, startedBy, table } = this.#dependencies;
    const nowMs = clock.nowMs();
    const id = newTimeId(nowMs);
    if (!(await noteJob(this.#store, pause, { job: id, pass, before })))
      throw new RainhooksError(
        "write-conflict",
        `What ${this.#id} missed is being sent by another process. "rainhooks replay ls" shows how far it is.`,
      );
    const job = newJob(id, { ...given, planned: 0, startedBy, nowMs });
    await createJob(table, job);
    return job;
  }

  /** Runs a replay to its end, unless it is done. */
  async #finish(job: ReplayJob): Promise<ReplayJob> {
    if (job.state === "done") return job;
    const { rate, maxDeadLetters, newRunner, signal, onProgress, ...dependencies } = this.#dependencies;
    const free = await this.#untilFree(job);
    const request = { ...free.request, rate, maxDeadLetters };
    const taken = await takeJob(
      dependencies.table,
      { ...free, request },
      { runner: newRunner(), nowMs: dependencies.clock.nowMs() },
    );
    const stopping = new AbortController();
    const ended = await runReplay(taken, {
      ...dependencies,
      signal: AbortSignal.any([stopping.signal, ...(signal === undefined ? [] : [signal])]),
      onProgress: (current, waiting) => {
        onProgress?.(current, waiting);
        this.#active().catch((thrown: unknown) => stopping.abort(thrown));
      },
    });
    if (stopping.signal.aborted) await this.#stopped(stopping.signal.reason, ended);
    if (ended.state === "running") throw new Ended({ kind: "interrupted" });
    if (ended.state !== "done") throw new Ended({ kind: "failed", job: ended });
    this.#sent += ended.counts.sent;
    return ended;
  }

  /**
   * Ends a recovery whose destination is no longer active. If the destination was removed, nothing is stored.
   */
  async #stopped(reason: unknown, { id, state }: ReplayJob): Promise<never> {
    const { table, clock } = this.#dependencies;
    if (reason instanceof Ended && reason.end.kind === "removed" && state === "running")
      await cancelJob(table, id, clock.nowMs());
    throw reason;
  }

  /**
   * Waits until no other process can be running a replay: one that was killed still seems to run for some
   * seconds.
   */
  async #untilFree(job: ReplayJob): Promise<ReplayJob> {
    const { clock, table, onWait } = this.#dependencies;
    const { leaseUntilMs = 0 } = job;
    const untilMs = job.state === "running" && job.runner !== undefined ? leaseUntilMs : 0;
    const leftMs = untilMs - clock.nowMs();
    if (leftMs > 0) onWait?.({ for: "other-process", leftMs });
    await this.#waitUntil(untilMs);
    return readJob(table, job.id);
  }

  async #keysOf(hours: HoursToRead): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of listHours(this.#dependencies.archive, hours)) keys.push(key);
    return keys;
  }

  /** Returns the objects that were archived after a replay had listed its own. */
  async #keysAfter({ createdAtMs, request }: ReplayJob, hours: HoursToRead): Promise<string[]> {
    const read = request.keys === undefined ? undefined : new Set(request.keys);
    const keys: string[] = [];
    for await (const { key, writtenAtMs = 0 } of listHours(this.#dependencies.archive, hours)) {
      const isAfter = read === undefined ? writtenAtMs >= createdAtMs - CLOCKS_MS : !read.has(key);
      if (isAfter) keys.push(key);
    }
    return keys;
  }

  /** Returns the destination, which must be active. */
  async #active(): Promise<Destination> {
    if (this.#dependencies.signal?.aborted) throw new Ended({ kind: "interrupted" });
    const destination = await readDestination(this.#store, this.#id);
    if (destination === undefined) throw new Ended({ kind: "removed" });
    if (destination.state !== "active") throw new Ended({ kind: "stopped", destination });
    return destination;
  }

  /** Waits until a time, in short steps, and ends when the destination is no longer active. */
  async #waitUntil(untilMs: number): Promise<void> {
    const { clock } = this.#dependencies;
    while (clock.nowMs() < untilMs) {
      await clock.sleep(Math.min(LOOK_EVERY_MS, untilMs - clock.nowMs()));
      await this.#active();
    }
  }
}
