import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import { failAll, type Item, type ItemFailure } from "@rainhooks/sinks/sink";
import type { Destination } from "../destinations/destination.ts";
import type { DestinationCache } from "../destinations/known-destinations.ts";
import { readDestination } from "../destinations/store.ts";
import type { AttemptMessage, CutMessage, WorkerMessage } from "../messages/attempt-message.ts";
import { type AppendedEvent, appendToOutbox } from "../outbox/append.ts";
import {
  type BatchPlace,
  deleteBatch,
  divideBatch,
  endSetAside,
  findBatch,
  forgetBatch,
  noteFailed,
  noteSent,
  type OpenBatch,
  openBatch,
  setAside,
  shortenBatch,
} from "../outbox/batches.ts";
import { type CutRequest, cutLane, messageOf } from "../outbox/cut.ts";
import { isOrderedLane, ownerOf, usesOutbox } from "../outbox/lane.ts";
import { eventIn } from "./handle-destination.ts";
import type { CheckedDestination } from "./note-health.ts";
import type { AttemptItem, ChangeOutcome, Result } from "./results.ts";
import { SHORT_WAIT_MS } from "./turns-of.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/**
 * Divides the lanes of the messages, each once. Returns the messages for which that failed: they are received
 * again.
 */
export async function handleBatchMessages(
  items: readonly Item<CutMessage>[],
  known: DestinationCache,
  options: AttemptWorkerOptions,
): Promise<ItemFailure[]> {
  const lanes = Map.groupBy(
    items,
    ({ value: { destination, createdAtMs, lane } }) => `${destination}.${createdAtMs}#${lane}`,
  );
  const failures = [...lanes.values()].map(async (ofLane) => {
    try {
      await handleLane(ofLane, known, options);
      return [];
    } catch (thrown) {
      return failAll(
        ofLane.map(({ id }) => id),
        toRainhooksError(thrown),
      );
    }
  });
  return (await Promise.all(failures)).flat();
}

async function handleLane(
  items: readonly Item<CutMessage>[],
  known: DestinationCache,
  options: AttemptWorkerOptions,
): Promise<void> {
  const isEarly = ({ value: { dueAtMs = 0 } }: Item<CutMessage>) => dueAtMs - options.nowMs() > SHORT_WAIT_MS;
  await sendAll(
    items.filter(isEarly).map(({ value }) => value),
    options,
  );
  const due = items.filter((item) => !isEarly(item));
  const [first] = due;
  if (first === undefined) return;
  const { destination: id, createdAtMs, lane } = first.value;
  const found = known.find(id);
  const destination = found?.createdAtMs === createdAtMs ? found : await readDestination(options.store, id);
  // Events that wait for a removed destination are not sent, even if another one has its id; their items
  // expire.
  if (destination?.createdAtMs !== createdAtMs) return;
  const addedAtMs = Math.max(...due.map(({ value }) => value.addedAtMs));
  await cut({ destination, lane, addedAtMs, cutBy: due.map((item) => item.id) }, options);
}

async function cut(request: CutRequest, options: AttemptWorkerOptions): Promise<void> {
  const { outbox, isDelivered, nowMs } = options;
  const { messages, afterwards } = await cutLane(request, { ...outbox, isDelivered, nowMs });
  await sendAll(messages, options);
  await afterwards?.();
}

/** @throws {RainhooksError} if the queue does not take one of the messages. */
async function sendAll(messages: readonly WorkerMessage[], { retries }: AttemptWorkerOptions): Promise<void> {
  if (messages.length === 0) return;
  const [failed] = await retries(messages);
  if (failed !== undefined) throw failed.error;
}

/**
 * Messages of a destination with the events of their batches, and the outcomes of messages without events.
 */
export interface OpenedBatches {
  readonly items: readonly AttemptItem[];
  readonly results: readonly Result[];
  readonly batches: ReadonlyMap<AttemptItem, OpenBatch>;
}

/**
 * Reads the events of batches, and adds events to the outbox if that failed before. A batch without any item
 * has been sent.
 */
export async function openBatches(
  destination: Destination,
  all: readonly AttemptItem[],
  options: AttemptWorkerOptions,
): Promise<OpenedBatches> {
  const isActive = destination.state === "active" && usesOutbox(destination);
  const isAppended = ({ value: { isForOutbox = false } }: AttemptItem) => isActive && isForOutbox;
  const items = all.filter((item) => !isAppended(item));
  const opened = await Promise.all(items.map((item) => openOne(destination, item, options)));
  const appended = await appendAgain(destination, all.filter(isAppended), options);
  return {
    items: opened.flatMap(({ ready }) => ready ?? []),
    results: [...appended, ...opened.flatMap(({ result }) => result ?? [])],
    batches: new Map(
      opened.flatMap(({ ready, result, open }) => {
        const item = ready ?? result?.item;
        return open === undefined || item === undefined ? [] : [[item, open] as const];
      }),
    ),
  };
}

async function appendAgain(
  destination: Destination,
  items: readonly AttemptItem[],
  { outbox: { table }, retries, nowMs, random }: AttemptWorkerOptions,
): Promise<Result[]> {
  const failed = new Map<WorkerMessage, RainhooksError>();
  const events = items.flatMap(({ value: message }): AppendedEvent[] => {
    const event = eventIn(message);
    if (!(event instanceof RainhooksError)) return [{ destination, event, message, isAgain: true }];
    failed.set(message, event);
    return [];
  });
  const append = appendToOutbox({ table, send: retries, nowMs, random });
  for (const { message, error } of await append(events)) failed.set(message, error);
  return items.map((item) => {
    const error = failed.get(item.value);
    return { item, handled: error === undefined ? { kind: "done" } : { kind: "failed", error } };
  });
}

/** A message with its batch, and whether its attempt can be made, or its outcome. */
interface Opened {
  readonly ready?: AttemptItem;
  readonly result?: Result;
  readonly open?: OpenBatch;
}

async function openOne(
  destination: Destination,
  item: AttemptItem,
  { outbox: { table } }: AttemptWorkerOptions,
): Promise<Opened> {
  const { value } = item;
  if (value.batch === undefined) return { ready: item };
  let found: BatchPlace | undefined;
  try {
    found = await findBatch(table, ownerOf(destination), value.batch);
    if (found === undefined) return { result: { item, handled: { kind: "done" } } };
    if (found.batch.isDead && !isForDead(value)) {
      await endSetAside(table, found);
      return { result: { item, handled: { kind: "failed", error: GIVEN_UP } } };
    }
    const open = await openBatch(table, found);
    const [first] = open.events;
    if (first === undefined) return { result: { item, handled: { kind: "done" } }, open };
    return { ready: { ...item, value: messageWith(value, open, first.delivery) }, open };
  } catch (thrown) {
    const result: Result = { item, handled: { kind: "failed", error: toRainhooksError(thrown) } };
    return found === undefined ? { result } : { result, open: { ...found, events: [] } };
  }
}

/**
 * Returns a message with the events of its batch. If a message was redriven and its batch was not given up,
 * its attempts continue.
 */
function messageWith(
  { isRedriven, ...value }: AttemptMessage,
  { batch, events }: OpenBatch,
  delivery: Delivery,
): AttemptMessage {
  const attempt = isRedriven === true ? batch.failedAttempt + 1 : value.attempt;
  return { ...value, attempt, delivery, events, ...(batch.isDead ? { isFromDead: true } : {}) };
}

/**
 * Whether a message may send a batch of the dead-letter queue: it was there itself. A copy of the message of
 * the last attempt was not.
 */
function isForDead({ isRedriven, isFromDead }: AttemptMessage): boolean {
  return isRedriven === true || isFromDead === true;
}

const GIVEN_UP = new RainhooksError(
  "sink-rejected",
  "The last attempt of this batch has failed. Its dead letter can be redriven a minute later.",
  { permanent: true },
);

/**
 * Deletes the batches that are done, sets aside those that become dead letters, and lets the next events of a
 * node follow. A result for which that fails has failed: its message is received again.
 */
export async function settleBatches(
  { destination, results, batches }: Pick<CheckedDestination, "destination" | "results" | "batches">,
  options: AttemptWorkerOptions,
  change: ChangeOutcome,
): Promise<void> {
  const settled = results.map(async (result) => {
    const { item, handled } = result;
    const { batch } = item.value;
    if (batch === undefined || isOpen(result)) return;
    const open = batches.get(item);
    try {
      if (open !== undefined && handled.kind === "split") await split(open, result, destination, options);
      else if (open !== undefined && !(await settleBatch(open, result, destination, options)))
        change(result, { kind: "done", isCopy: true });
      if (handled.kind !== "later" && isOrderedLane(batch.lane)) {
        const request = { destination, lane: batch.lane, addedAtMs: options.nowMs(), cutBy: [item.id] };
        await cut(request, options);
      }
    } catch (thrown) {
      const { message, code } = toRainhooksError(thrown);
      change(result, { kind: "failed", error: new RainhooksError(code, message, { cause: thrown }) });
    }
  });
  await Promise.all(settled);
}

/**
 * Sends a batch in parts. In the lane of a node, the first part replaces the batch, and the remaining events
 * are divided again.
 */
async function split(
  open: OpenBatch,
  { item }: Result,
  destination: Destination,
  options: AttemptWorkerOptions,
): Promise<void> {
  const { table, newId } = options.outbox;
  if (isOrderedLane(open.lane) && !open.batch.isDead)
    return shortenBatch(table, open, { id: newId(), cutBy: item.id }, options.nowMs());
  const parts = await divideBatch(table, open, options.nowMs());
  const isFromDead = open.batch.isDead ? { isFromDead: true } : {};
  await sendAll(
    parts.map((id) => ({
      ...messageOf(destination, { lane: open.lane, id }, options.nowMs(), 1),
      ...isFromDead,
    })),
    options,
  );
  await deleteBatch(table, open);
}

/** Whether a batch has no outcome yet: its message is received again, or another function handles it. */
function isOpen({ handled, attempt }: Result): boolean {
  switch (handled.kind) {
    case "done":
      return handled.isCopy === true;
    case "later":
      return attempt === undefined;
    case "failed":
      return !handled.error.permanent;
    case "missed":
    case "split":
      return false;
  }
}

/**
 * Returns false if a batch that has failed permanently is gone: another function has sent it or set it aside.
 */
async function settleBatch(
  open: OpenBatch,
  { item, handled: { kind } }: Result,
  { batchEvents }: Destination,
  { outbox: { table }, nowMs }: AttemptWorkerOptions,
): Promise<boolean> {
  if (kind === "failed") return setAside(table, open, nowMs());
  if (kind === "later") {
    await noteFailed(table, open, item.value.attempt, nowMs());
    return true;
  }
  // What is missed is sent from the archive, in other batches.
  if (kind === "missed") await forgetBatch(table, open);
  // What was set aside counts as not sent, until it is redriven.
  else if (open.batch.isDead && batchEvents !== undefined) await noteSent(table, open, nowMs());
  await deleteBatch(table, open);
  return true;
}
