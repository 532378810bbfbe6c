import { setTimeout as pause } from "node:timers/promises";
import { notFound, type RainhooksError } from "@rainhooks/core/errors";
import { failureOf } from "../aws-failure.ts";
import {
  isCancelled,
  type OperationOptions,
  type Progress,
  progressText,
} from "../operate/progress.ts";
import type { WorkState } from "../operations/long-work.ts";
import { printableLines } from "../terminal/printable.ts";

/** A long operation that was started on the page, or through another door. */
export interface Job {
  /** A number, if it was started on the page. */
  readonly id: number | string;
  /** What it is, such as `Resume erp`. */
  readonly title: string;
  readonly startedAtMs: number;
  readonly state: WorkState;
  /** What it does now, or how it has ended. */
  readonly text: string;
}

/** The result of an operation: a text, or a text that says why only a part of it is done. */
export interface JobEnd {
  readonly text: string;
  readonly failed?: boolean;
  readonly isCancelled?: boolean;
}

const MAX_JOBS = 10;
const CANCELLED = { state: "cancelled", text: "" } as const;
/** A job that ends so soon is part of the action that has started it. */
const SOON_MS = 3000;

/**
 * The long operations of a console. They go on without the page, can be cancelled, and end with the
 * console.
 */
export class Jobs {
  readonly #running = new Map<
    number,
    { readonly end: AbortController; readonly done: Promise<unknown> }
  >();
  #jobs: readonly Job[] = [];
  #last = 0;

  /** The jobs, the last one first. */
  list(): readonly Job[] {
    return this.#jobs;
  }

  /**
   * Starts an operation, waits a moment for its end, and returns its id.
   *
   * @throws {RainhooksError} why it has failed by then.
   */
  async start(title: string, run: (options: OperationOptions) => Promise<JobEnd>): Promise<number> {
    this.#last += 1;
    const id = this.#last;
    const isOld = ({ state }: Job, index: number) => state !== "running" && index >= MAX_JOBS - 1;
    this.#jobs = [
      { id, title, startedAtMs: Date.now(), state: "running", text: "" },
      ...this.#jobs.filter((one, index) => !isOld(one, index)),
    ];
    const end = new AbortController();
    const done = this.#run(id, end.signal, run);
    this.#running.set(id, { end, done });
    const failure = await Promise.race([done, pause(SOON_MS, undefined, { ref: false })]);
    if (failure !== undefined) throw failure;
    return id;
  }

  /** @throws {RainhooksError} `not-found` if it does not run. */
  async cancel(id: number): Promise<void> {
    const running = this.#running.get(id);
    if (running === undefined) throw notFound(`No job ${id} is running.`);
    running.end.abort();
    await running.done;
  }

  /** Ends what runs, each in its own time. */
  async stop(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { end } of running) end.abort();
    await Promise.all(running.map(({ done }) => done));
  }

  /** Runs an operation to its end; returns why it has failed. */
  async #run(
    id: number,
    signal: AbortSignal,
    run: (options: OperationOptions) => Promise<JobEnd>,
  ): Promise<RainhooksError | undefined> {
    const onProgress = (progress: Progress) => this.#update(id, { text: progressText(progress) });
    try {
      const ended = await run({ signal, onProgress });
      // What was done before it could be cancelled is done.
      const state = !ended.failed
        ? "done"
        : (ended.isCancelled ?? signal.aborted)
          ? "cancelled"
          : "failed";
      this.#update(id, { state, text: ended.text });
      return undefined;
    } catch (error) {
      const failure = failureOf(error);
      const cancelled = isCancelled(error, signal);
      this.#update(id, cancelled ? CANCELLED : { state: "failed", text: failure.message });
      return cancelled ? undefined : failure;
    } finally {
      this.#running.delete(id);
    }
  }

  #update(id: number, { text, ...change }: Partial<Job>): void {
    const shown = text === undefined ? {} : { text: printableLines(text).trim() };
    this.#jobs = this.#jobs.map((one) => (one.id === id ? { ...one, ...change, ...shown } : one));
  }
}
