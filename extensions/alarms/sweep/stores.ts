import { defined } from "@rainhooks/core/collections";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { REPLAY_REST_MS, readNotes } from "./progress.ts";
import { type SweepState, type SweptStoreState, sweptMsOf, type Waits } from "./sweep-state.ts";

/** The queue of a store, as SQS shows it. */
export interface StoreQueue {
  /** Number of messages that wait, are delayed, or are being handled or hidden until they are tried again. */
  readonly messages: number;
  /** How long a message is hidden whose function did not say what became of it. */
  readonly visibilityMs: number;
}

/** A store that a sweep reads. */
export interface SweptStore {
  /** Name of its webhook. */
  readonly webhook: string;
  readonly readQueue: () => Promise<StoreQueue>;
}

/** The stores that a sweep reads. That of series is absent if it has no queue, or no rule is about series. */
export interface SweptStores {
  readonly nodes: SweptStore;
  readonly series?: SweptStore | undefined;
}

/** What a sweep knows of its stores. */
export interface StoreProgress {
  readonly states: Readonly<Record<string, SweptStoreState>>;
  /** As of when alarms can be evaluated, epoch milliseconds. */
  readonly knownMs: number;
  /** What waits, and since when; `undefined` if nothing does. */
  readonly waits?: Waits | undefined;
  /** Whether all alarms wait. */
  readonly doAllWait: boolean;
  /** Whether alarms of series wait. */
  readonly doSeriesWait: boolean;
}

/** A store that has not written what was published so long ago is behind, and alarms wait. */
const BEHIND_MS = 90 * SECOND_MS;
/** Batches that are written at the same time differ by so much. */
const SPREAD_MS = 5 * SECOND_MS;
/** How late a message can come after the time for which it was hidden, and how late SQS counts it. */
const SLACK_MS = MINUTE_MS;

/** What is seen of a store at a time. */
export interface StoreView extends StoreQueue {
  readonly publishedMs?: number | undefined;
  /** Whether alarms wait, however far it has come. */
  readonly isHeld: boolean;
}

/**
 * Returns how far a store has come. If its queue is empty, it has written everything; otherwise what was
 * published before what it has just written. After it was behind, that is not enough: what its function did
 * not handle comes back after the visibility timeout.
 */
export function nextState(
  before: SweptStoreState | undefined,
  { messages, visibilityMs, publishedMs, isHeld }: StoreView,
  nowMs: number,
): SweptStoreState {
  const was = before ?? { knownMs: publishedMs ?? nowMs };
  if (isHeld) return was;
  if (messages === 0) return { knownMs: nowMs };
  const knownMs = Math.max(was.knownMs, (publishedMs ?? 0) - SPREAD_MS);
  if (nowMs - knownMs >= BEHIND_MS) return { knownMs, behindMs: nowMs };
  const isReturning = was.behindMs !== undefined && nowMs - was.behindMs < visibilityMs + SLACK_MS;
  return isReturning ? was : { knownMs };
}

/** Reads how far a store has come, and since when alarms wait for it. */
async function readStore(
  table: TableAccess,
  { webhook, readQueue }: SweptStore,
  last: SweepState,
  nowMs: number,
) {
  const before = last.stores?.[webhook];
  // In this order: what fails meanwhile is still in the queue.
  const queue = await readQueue();
  const { publishedMs, replayedMs = 0, ...notes } = await readNotes(table, webhook);
  const { failingUntilMs = 0, failedMs = 0 } = notes;
  const isReplayed = nowMs - replayedMs < REPLAY_REST_MS;
  // What has failed is no more in an empty queue: it was written.
  const isFailing = failingUntilMs > nowMs && (queue.messages > 0 || nowMs - failedMs <= SLACK_MS);
  const isHeld = isReplayed || isFailing;
  const { sinceMs: _, ...state } = nextState(before, { ...queue, publishedMs, isHeld }, nowMs);
  const doesWait = isHeld || state.behindMs !== undefined;
  const reasons = [
    ...(isReplayed ? [`a replay fills the tables of ${webhook}`] : []),
    ...(isFailing ? [`${webhook} cannot write events of many nodes`] : []),
    ...(doesWait && !isHeld
      ? [`${webhook} has not written what waits in its queue: ${queue.messages} messages`]
      : []),
  ];
  // What a store has written long ago says nothing of a time in which no sweep read it.
  const beginMs = Math.max(state.knownMs, sweptMsOf(last) ?? 0);
  const sinceMs = doesWait ? (before?.sinceMs ?? beginMs) : undefined;
  return { webhook, state: { ...state, ...defined({ sinceMs }) }, doesWait, reasons };
}

/**
 * Reads how far the stores have come. If that of series is behind, only alarms of series wait; if that of
 * nodes is, all do, since conditions of rules ask for what it writes.
 */
export async function readStores(
  table: TableAccess,
  { nodes, series }: SweptStores,
  last: SweepState,
  nowMs: number,
): Promise<StoreProgress> {
  const all = [nodes, ...(series === undefined ? [] : [series])];
  const known = await Promise.all(all.map((one) => readStore(table, one, last, nowMs)));
  const [ofNodes, ofSeries] = known;
  const reasons = known.flatMap((one) => one.reasons);
  const sinceMs = Math.min(...known.flatMap(({ state }) => state.sinceMs ?? []));
  return {
    states: Object.fromEntries(known.map(({ webhook, state }) => [webhook, state])),
    knownMs: Math.min(nowMs, ...known.flatMap(({ doesWait, state }) => (doesWait ? [] : state.knownMs))),
    waits: reasons.length === 0 ? undefined : { sinceMs, reason: reasons.join("; ") },
    doAllWait: ofNodes?.doesWait === true,
    doSeriesWait: ofSeries?.doesWait === true,
  };
}
