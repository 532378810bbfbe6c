import { setTimeout as pause } from "node:timers/promises";
import { MINUTE_MS, RainhooksError, SECOND_MS } from "@rainhooks/core";
import { allQueued, type QueuedOutputs, type ReachedStage } from "@rainhooks/stage";
import { sweepState, sweptMsOf } from "@rainhooks/watch";
import { handledUntilMs, METRICS_MS } from "../archived/handled-until.ts";
import { waitUntilArchived } from "../archived/wait-until-archived.ts";
import { onTheWayMs } from "../archived/what-waits.ts";
import type { OperationOptions, Wait } from "../progress.ts";
import { countMessages } from "../stage/count-messages.ts";
import { STORES } from "../store-names.ts";
import { alarmTableOf, hasWatchRules } from "../watch/tables.ts";

const LOOK_MS = SECOND_MS;

/** The time that an erasure may wait for functions, in all its steps together. */
export class WaitBudget {
  #leftMs: number;

  constructor(maxWaitMs: number) {
    this.#leftMs = maxWaitMs;
  }

  get leftMs(): number {
    return this.#leftMs;
  }

  /** Waits until something is so. Returns false if the time has passed before. */
  async until(
    isSo: () => Promise<boolean>,
    waitOf: (leftMs: number) => Wait,
    { signal, onProgress }: OperationOptions,
  ): Promise<boolean> {
    for (;;) {
      if (await isSo()) return true;
      if (this.#leftMs <= 0) return false;
      onProgress?.({ step: "wait", wait: waitOf(this.#leftMs) });
      const waitMs = Math.min(LOOK_MS, this.#leftMs);
      await pause(waitMs, undefined, signal === undefined ? {} : { signal });
      this.#leftMs -= waitMs;
    }
  }
}

/** A function, and how many messages wait for it. */
export interface WaitingFunction {
  readonly webhook: string;
  readonly messages: number;
}

/** Returns the functions for which messages wait: an erasure waits for them. */
export async function waitingFunctions(reached: ReachedStage): Promise<WaitingFunction[]> {
  const all = await Promise.all(
    allQueued(reached).map(async ([webhook, queued]) => {
      const counts = urlsOf(queued).map((url) => countMessages(reached.clients.sqs, url));
      return { webhook, messages: (await Promise.all(counts)).reduce((sum, count) => sum + count, 0) };
    }),
  );
  return all.filter(({ messages }) => messages > 0);
}

function urlsOf(queued: QueuedOutputs): string[] {
  const replays = queued.trigger === "topics" ? queued.replay?.queueUrl : undefined;
  return [queued.queueUrl, replays].filter((url) => url !== undefined);
}

/** What these write stays for good: an erasure does not go on without them. */
const FOR_GOOD: ReadonlySet<string> = new Set(["archive", ...STORES]);

/**
 * Waits until all functions have handled what was published before a time.
 *
 * @returns The names of those that have not within the time, and whose writes expire or are their own.
 * @throws {RainhooksError} `stage-unavailable` if a store has not.
 */
export async function untilHandled(
  reached: ReachedStage,
  toMs: number,
  budget: WaitBudget,
  options: OperationOptions,
): Promise<string[]> {
  const late: string[] = [];
  for (const [webhook, queued] of allQueued(reached)) {
    const urls = urlsOf(queued);
    if (urls.length === 0 || queued.paused === true) continue;
    const isHandled = async () => (await handledUntilMs(reached, urls)) >= toMs;
    if (!(await budget.until(isHandled, (leftMs) => ({ for: "handled", webhook, leftMs }), options)))
      late.push(webhook);
  }
  const stores = late.filter((name) => FOR_GOOD.has(name));
  if (stores.length === 0) return late;
  throw notInTime(stores.join(" and "));
}

/**
 * Waits until all that was published before a time is archived: what is archived later would stay for good.
 *
 * @throws {RainhooksError} `stage-unavailable` if it is not within the time and what the archive needs if nothing fails.
 */
export async function untilArchivedInTime(
  reached: ReachedStage,
  toMs: number,
  { leftMs }: WaitBudget,
  options: OperationOptions,
): Promise<void> {
  const ended = AbortSignal.timeout(leftMs + onTheWayMs(reached) + METRICS_MS);
  const signal = options.signal === undefined ? ended : AbortSignal.any([options.signal, ended]);
  try {
    await waitUntilArchived(reached, toMs, { ...options, signal, wait: true });
  } catch (error) {
    throw ended.aborted ? notInTime("archive") : error;
  }
}

function notInTime(stores: string): RainhooksError {
  return new RainhooksError(
    "stage-unavailable",
    `${stores} did not handle in time what was published before. What it writes of it later would stay for good. Look at its queue and its alarms, let it go on, and run the command again: it goes on.`,
  );
}

/** A sweep that has begun longer ago is not running. */
const MAX_SWEEP_MS = 10 * MINUTE_MS;

/** Waits until a sweep of alarms has ended that began after a time: an earlier one may still publish what it has read. */
export async function untilSwept(
  reached: ReachedStage,
  afterMs: number,
  budget: WaitBudget,
  options: OperationOptions,
): Promise<void> {
  if (!(await hasWatchRules(reached))) return;
  const table = alarmTableOf(reached);
  const isSwept = async () => {
    const state = await sweepState.read(table);
    const sweptMs = state === undefined ? undefined : sweptMsOf(state);
    if (sweptMs === undefined || state?.waitingSinceMs !== undefined) return true;
    return sweptMs > afterMs || Date.now() - sweptMs > MAX_SWEEP_MS;
  };
  await budget.until(isSwept, (leftMs) => ({ for: "swept", leftMs }), options);
}
