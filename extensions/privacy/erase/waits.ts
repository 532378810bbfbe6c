import { setTimeout as pause } from "node:timers/promises";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { METRICS_MS, processedUntilMs } from "@rainhooks/stage/operate/archive/processed-until";
import { onTheWayMs, waitUntilArchived } from "@rainhooks/stage/operate/archive/what-waits";
import type { OperationOptions, Wait } from "@rainhooks/stage/operate/progress";
import { countDelayed, countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import type { QueuedOutputs } from "@rainhooks/stage/outputs";
import { allQueued, type StageAccess } from "@rainhooks/stage/stage-access";
import { STORES } from "@rainhooks/stage/tables/store-names";
import { alarmTableOf, hasWatchRules } from "../../alarms/operations/tables.ts";
import { sweepState, sweptMsOf } from "../../alarms/sweep/sweep-state.ts";

const LOOK_MS = SECOND_MS;

/** How a step of an erasure waits. */
export interface WaitLimits extends OperationOptions {
  /** In ms. */
  readonly maxWaitMs: number;
}

/** Waits until something is so. Returns false if it is not within the time. */
async function until(
  isSo: () => Promise<boolean>,
  waitOf: (leftMs: number) => Wait,
  { maxWaitMs, signal, onProgress }: WaitLimits,
): Promise<boolean> {
  let endMs: number | undefined;
  for (;;) {
    if (await isSo()) return true;
    // From the first look on: however long that takes, it is said what is waited for.
    endMs ??= performance.now() + maxWaitMs;
    const leftMs = Math.ceil(endMs - performance.now());
    if (leftMs <= 0) return false;
    onProgress?.({ step: "wait", wait: waitOf(leftMs) });
    await pause(Math.min(LOOK_MS, leftMs), undefined, signal === undefined ? {} : { signal });
  }
}

/** Returns the functions for which messages wait: an erasure waits for them. */
export async function waitingFunctions(access: StageAccess) {
  const all = await Promise.all(
    allQueued(access).map(async ([webhook, queued]) => {
      return { webhook, messages: await countAll(access, urlsOf(queued)) };
    }),
  );
  return all.filter(({ messages }) => messages > 0);
}

async function countAll({ clients }: StageAccess, urls: readonly string[]): Promise<number> {
  const counts = await Promise.all(urls.map((url) => countMessages(clients.sqs, url)));
  return counts.reduce((sum, count) => sum + count, 0);
}

function urlsOf(queued: QueuedOutputs): string[] {
  const replays = queued.trigger === "topics" ? queued.replay?.queueUrl : undefined;
  return [queued.queueUrl, replays].filter((url) => url !== undefined);
}

/** What these write stays for good: an erasure does not go on without them. */
const FOR_GOOD: ReadonlySet<string> = new Set(["archive", ...STORES]);
/**
 * AWS says the age of what waits so much later, and some minutes more: stores are waited for at
 * least as long.
 */
const STORE_WAIT_MS = METRICS_MS + 5 * MINUTE_MS;

/**
 * Waits until all functions have handled what was published before a time.
 *
 * @param lateBefore Functions that are not waited for: they were before.
 * @returns The names of those that have not within the time, or may have sent some of it to
 * themselves again, and whose writes expire or are their own.
 * @throws {RainhooksError} `stage-unavailable` if a store has not.
 */
export async function untilProcessed(
  access: StageAccess,
  toMs: number,
  limits: WaitLimits,
  lateBefore: ReadonlySet<string>,
): Promise<string[]> {
  const storeMs =
    access.local === undefined ? Math.max(limits.maxWaitMs, STORE_WAIT_MS) : limits.maxWaitMs;
  const all = allQueued(access).map(async ([webhook, queued]) => {
    const urls = urlsOf(queued);
    if (urls.length === 0 || queued.paused === true) return [];
    const isHandled = async () => (await processedUntilMs(access, urls)) >= toMs;
    const ownMs = lateBefore.has(webhook) ? 0 : limits.maxWaitMs;
    const maxWaitMs = FOR_GOOD.has(webhook) ? storeMs : ownMs;
    const wait = (leftMs: number): Wait => ({ for: "handled", webhook, leftMs });
    if (!(await until(isHandled, wait, { ...limits, maxWaitMs }))) return [webhook];
    // A worker sends to itself again, delayed, what it cannot do yet: how old that is says nothing,
    // and what it is about neither.
    const isDelayed =
      queued.trigger === "queue" && (await countDelayed(access.clients.sqs, queued.queueUrl)) > 0;
    return isDelayed ? [webhook] : [];
  });
  const late = (await Promise.all(all)).flat();
  const stores = late.filter((name) => FOR_GOOD.has(name));
  if (stores.length === 0) return late;
  throw notInTime(stores.join(" and "));
}

/**
 * Waits until all that was published before a time is archived: what is archived later would stay
 * for good.
 *
 * @throws {RainhooksError} `stage-unavailable` if it is not within the time and what the archive
 * needs if nothing fails.
 */
export async function untilArchivedInTime(
  access: StageAccess,
  toMs: number,
  { maxWaitMs, ...options }: WaitLimits,
): Promise<void> {
  const ended = AbortSignal.timeout(maxWaitMs + onTheWayMs(access) + METRICS_MS);
  const signal = options.signal === undefined ? ended : AbortSignal.any([options.signal, ended]);
  try {
    await waitUntilArchived(access, toMs, { ...options, signal, wait: true });
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

/** A function that has not swept for so long is not running. */
const MAX_SWEEP_MS = 30 * MINUTE_MS;

/**
 * Waits until a sweep of alarms has ended that began after a time: an earlier one may still publish
 * what it has read.
 *
 * @returns False if none has within the time.
 */
export async function untilSwept(
  access: StageAccess,
  afterMs: number,
  limits: WaitLimits,
): Promise<boolean> {
  if (!(await hasWatchRules(access))) return true;
  const table = alarmTableOf(access);
  const isSwept = async () => {
    const state = await sweepState.read(table);
    const sweptMs = state === undefined ? undefined : sweptMsOf(state);
    if (sweptMs === undefined || state?.waitingSinceMs !== undefined) return true;
    return sweptMs > afterMs || Date.now() - sweptMs > MAX_SWEEP_MS;
  };
  return until(isSwept, (leftMs) => ({ for: "swept", leftMs }), limits);
}
