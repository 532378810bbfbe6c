import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { defined } from "@rainhooks/core/collections";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import type { Item, ItemFailure } from "@rainhooks/sinks/sink";
import { type SweepState, type SweptStoreState, sweptMsOf } from "./sweep-state.ts";

/** What a webhook has noted of its writes. Epoch milliseconds. */
interface StoreNotes {
  /** When the events were published that it has written. */
  readonly publishedMs?: number | undefined;
  /** When it last had events of a replay. */
  readonly replayedMs?: number | undefined;
  /** Until when events of many nodes are hidden that it could not write. */
  readonly failingUntilMs?: number | undefined;
  /** When it last could not write events, while those of many nodes are hidden. */
  readonly failedMs?: number | undefined;
}

/**
 * How long an event can be hidden that could not be written: one that is young is tried again soon.
 * The wait before each new try is no longer than the event's age and half a minute, and 15 minutes
 * at most. What its function did not hide comes back after the visibility timeout, three minutes.
 */
const HIDDEN_MS = { young: 4 * MINUTE_MS, old: 16 * MINUTE_MS } as const;
const YOUNG_MS = 3 * MINUTE_MS;
/** If one process cannot write events of more nodes at a time, alarms wait for them. */
const MAX_FAILING_NODES = 20;

/** Reads what a webhook has noted. */
export async function readNotes(
  { client, tableName }: TableAccess,
  webhook: string,
): Promise<StoreNotes> {
  const command = new GetItemCommand({
    TableName: tableName,
    Key: keyOf(webhook),
    ConsistentRead: true,
  });
  const { Item = {} } = await client.send(command);
  const numbers = Object.entries(Item).flatMap(([name, { N }]) =>
    N === undefined ? [] : [[name, Number(N)]],
  );
  return Object.fromEntries(numbers);
}

/** Notes something of a webhook, and keeps what else is noted of it. */
export async function writeNotes(
  { client, tableName }: TableAccess,
  webhook: string,
  notes: StoreNotes,
): Promise<void> {
  const names = Object.keys(notes);
  const values = Object.entries(notes).map(([name, value]) => [`:${name}`, { N: String(value) }]);
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: keyOf(webhook),
      UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(", ")}`,
      ExpressionAttributeValues: Object.fromEntries(values),
    }),
  );
}

function keyOf(webhook: string) {
  return { subject: { S: `progress#${webhook}` }, item: { S: "progress" } };
}

/** What has been noted is noted again after this time. */
const NOTE_EVERY_MS = 15 * SECOND_MS;

/**
 * Returns what notes after each batch how far a webhook has come, four times a minute: when the
 * events were published that it has written, whether it could not write events of many nodes, and
 * when it last had events of a replay. By this a sweep knows what is not written yet. What cannot
 * be noted is noted with a later batch.
 *
 * @param marks Returns `undefined` if no rule wants to know it.
 */
export function noteProgress<Event extends RainmakerEvent>(
  table: TableAccess,
  webhook: string,
  marks: (publishedMs: number) => Promise<unknown>,
  nowMs: () => number,
): (items: readonly Item<Event>[], failures: readonly ItemFailure[]) => Promise<void> {
  const noted = new Map<string, number>();
  /** Until when events of nodes are hidden that could not be written. */
  const failing = new Map<string, number>();
  let failedMs: number | undefined;
  return async (items, failures) => {
    const atMs = nowMs();
    const failed = new Set(failures.flatMap(({ id, error }) => (error.permanent ? [] : id)));
    const isWritten = ({ id }: Item<Event>) => !failed.has(id);
    const unwritten = items.filter((item) => !isWritten(item)).map(({ value }) => value);
    noteFailing(failing, unwritten, atMs);
    if (unwritten.length > 0) failedMs = atMs;
    const isMany = failing.size > MAX_FAILING_NODES;
    const notes: StoreNotes = defined({
      publishedMs: publishedMsOf(items.filter(isWritten).map(({ value }) => value)),
      replayedMs: items.some(({ value }) => value.replay !== undefined) ? atMs : undefined,
      ...(isMany ? { failingUntilMs: Math.max(...failing.values()), failedMs } : {}),
    });
    const due = Object.entries(notes).filter(
      ([name]) => atMs - (noted.get(name) ?? 0) >= NOTE_EVERY_MS,
    );
    if (due.length > 0 && (await marks(atMs)) !== undefined)
      await writeNotes(table, webhook, Object.fromEntries(due));
    for (const [name] of due) noted.set(name, atMs);
  };
}

/**
 * Adds the nodes of events that could not be written, and forgets those whose events have come
 * again.
 */
function noteFailing(
  failing: Map<string, number>,
  events: readonly RainmakerEvent[],
  nowMs: number,
): void {
  for (const [node, untilMs] of failing) if (untilMs <= nowMs) failing.delete(node);
  for (const event of events) {
    const hiddenMs = nowMs - event.sentAtMs <= YOUNG_MS ? HIDDEN_MS.young : HIDDEN_MS.old;
    for (const node of nodesOf(event)) failing.set(node, nowMs + hiddenMs);
  }
}

/**
 * Returns when half of some events were published. Single ones may be late because they were
 * retried.
 */
function publishedMsOf(events: readonly RainmakerEvent[]): number | undefined {
  const times = events.flatMap(({ replay, sentAtMs }) => (replay === undefined ? sentAtMs : []));
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

/** After the last event of a replay, a sweep waits this long. */
const REPLAY_REST_MS = 3 * MINUTE_MS;

/**
 * Lets alarms wait, as while a replay fills the tables of a webhook, or wait no more.
 *
 * @param waits False: what has filled them is done, and all of it is written.
 */
export function holdAlarms(
  table: TableAccess,
  webhook: string,
  waits: boolean,
  nowMs: number,
): Promise<void> {
  return writeNotes(table, webhook, { replayedMs: waits ? nowMs : nowMs - REPLAY_REST_MS });
}

/** The queue of a store, as SQS shows it. */
interface StoreQueue {
  /**
   * Number of messages that wait, are delayed, or are being handled or hidden until they are tried
   * again.
   */
  readonly messages: number;
  /** How long a message is hidden whose function did not say what became of it. */
  readonly visibilityMs: number;
}

/**
 * What reads the queues of the stores that a sweep reads, by the names of their webhooks. That of
 * series is absent if it has no queue, or no rule is about series.
 */
export type StoreQueues = Readonly<
  Partial<Record<"node-status" | "time-series", () => Promise<StoreQueue>>>
>;

/** A store that has not written what was published so long ago is behind, and alarms wait. */
const BEHIND_MS = 90 * SECOND_MS;
/** Batches that are written at the same time differ by so much. */
const SPREAD_MS = 5 * SECOND_MS;
/**
 * How late a message can come after the time for which it was hidden, and how late SQS counts it.
 */
const SLACK_MS = MINUTE_MS;

/** What is seen of a store at a time. */
export interface StoreView extends StoreQueue {
  readonly publishedMs?: number | undefined;
  /** Whether alarms wait, however far it has come. */
  readonly isHeld: boolean;
}

/**
 * Returns how far a store has come. If its queue is empty, it has written everything; otherwise
 * what was published before what it has just written. After it was behind, that is not enough: what
 * its function did not handle comes back after the visibility timeout.
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
  webhook: string,
  readQueue: () => Promise<StoreQueue>,
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
 * Reads how far the stores have come. If that of series is behind, only alarms of series wait; if
 * that of nodes is, all do, since conditions of rules ask for what it writes.
 */
export async function readStores(
  table: TableAccess,
  queues: StoreQueues,
  last: SweepState,
  nowMs: number,
) {
  const stores = await Promise.all(
    Object.entries(queues).map(([webhook, read]) => readStore(table, webhook, read, last, nowMs)),
  );
  const isWaiting = (name: keyof StoreQueues) =>
    stores.some(({ webhook, doesWait }) => doesWait && webhook === name);
  const reasons = stores.flatMap((one) => one.reasons);
  const sinceMs = Math.min(...stores.flatMap(({ state }) => state.sinceMs ?? []));
  return {
    states: Object.fromEntries(stores.map(({ webhook, state }) => [webhook, state])),
    /** As of when alarms can be evaluated. */
    knownMs: Math.min(
      nowMs,
      ...stores.flatMap(({ doesWait, state }) => (doesWait ? [] : state.knownMs)),
    ),
    /** What waits, and since when; `undefined` if nothing does. */
    waits: reasons.length === 0 ? undefined : { sinceMs, reason: reasons.join("; ") },
    doAllWait: isWaiting("node-status"),
    doSeriesWait: isWaiting("time-series"),
  };
}
