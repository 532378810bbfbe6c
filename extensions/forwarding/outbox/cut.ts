import { HOUR_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { Destination } from "../destinations/destination.ts";
import {
  type AttemptMessage,
  type BatchRef,
  type CutMessage,
  unreadDelivery,
  type WorkerMessage,
} from "../messages/attempt-message.ts";
import { batchAttributes, batchKey, ONLY_BATCH, type OutboxBatch } from "./batch-item.ts";
import { deleteBatch } from "./batches.ts";
import type { CutDependencies } from "./cut-dependencies.ts";
import { decodeEntry, type Entry } from "./entry.ts";
import { HEAD, headAttributes, type LaneHead } from "./head.ts";
import { isOrderedLane, ownerOf, partitionOf } from "./lane.ts";
import { type BatchLimits, planCut, planNext } from "./plan-cut.ts";
import { readHead, readLane, readNodeLane } from "./read-lane.ts";
import { withoutRepeated } from "./repeated.ts";
import { storeBatchEvents } from "./taken.ts";

/** A lane that is to be divided into batches. */
export interface CutRequest {
  readonly destination: Destination;
  readonly lane: string;
  /** The lane is divided for events that were added up to this time, epoch milliseconds. */
  readonly addedAtMs: number;
  /**
   * Ids of the queued messages that request the cut. If SQS delivers one of them again, its function
   * continues the cut that was interrupted.
   */
  readonly cutBy: readonly string[];
}

/** The messages to send after a lane was divided, and what to do as soon as they are sent. */
export interface CutResult {
  readonly messages: readonly WorkerMessage[];
  readonly afterwards?: () => Promise<void>;
}

/** Batches that are made at once, and their entries. */
const [MAX_BATCHES, MAX_ENTRIES] = [20, 2000];
/** How often a lane is read before it is left for later. */
const MAX_LOOKS = 5;
/** When to read the lane again if another function divides it. */
const BUSY_MS = SECOND_MS;
/** After this time, another function takes over a cut that has not ended. */
const TAKE_OVER_MS = 120 * SECOND_MS;
/** Maximum time between the time in the key of an entry and the write of that entry. */
const LATE_MS = 60 * SECOND_MS;
/**
 * After this time, the message of a batch counts as lost. A message waits less than that: up to 12 hours for
 * its next attempt, and a day for its turn.
 */
const LOST_MS = 48 * HOUR_MS;

/**
 * Divides the events that wait in a lane into batches, and returns the messages that send the batches. If
 * several functions divide a lane at the same time, one of them succeeds.
 *
 * A lane that nodes share can have any number of batches in delivery, so a batch that fails does not delay
 * the others. The lane of a node has one batch in delivery at a time.
 */
export async function cutLane(request: CutRequest, dependencies: CutDependencies): Promise<CutResult> {
  const cutOnce = isOrderedLane(request.lane) ? cutOrdered : cutShared;
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const result = await cutOnce(request, dependencies);
    if (result !== undefined) return result;
  }
  return { messages: [lookAgain(request, dependencies.nowMs() + BUSY_MS)] };
}

/**
 * Returns `undefined` if the lane has to be read again: another function was faster, or the SDK repeated the
 * write because the response was lost.
 */
async function cutOrdered(
  request: CutRequest,
  dependencies: CutDependencies,
): Promise<CutResult | undefined> {
  const { table, nowMs } = dependencies;
  const { destination, lane, cutBy } = request;
  const partition = partitionOf(ownerOf(destination), lane);
  const limits = limitsOf(destination);
  const content = await readNodeLane(table, partition, 2 * limits.maxEvents);
  const [active] = content.batches;
  // A batch without entries was sent and deleted; then a late call wrote its item again.
  const isSent = active?.isDone === true || (content.inBatches.length === 0 && !content.hasMore);
  if (active !== undefined && isSent) {
    await deleteBatch(table, { partition, key: ONLY_BATCH, batch: active });
    return undefined;
  }
  // The function that made the batch sends its message, and divides the lane again after the batch is sent.
  if (active !== undefined && cutBy.includes(active.cutBy)) return complete(request, [active], dependencies);
  if (active !== undefined) return { messages: await revived(request, [active], dependencies) };
  const { entries, repeated } = await withoutRepeated(
    content.entries,
    limits.maxEvents,
    { request, content },
    dependencies,
  );
  if (repeated.length > 0) {
    // The lock: no other function may put these entries into a batch meanwhile.
    const gone: OutboxBatch = { ...toBatch(repeated, request, dependencies), isDone: true };
    if (await table.put(partition, batchAttributes(ONLY_BATCH, gone, nowMs()), true))
      await deleteBatch(table, { partition, key: ONLY_BATCH, batch: gone });
    return undefined;
  }
  const plan = planNext(entries, limits, nowMs());
  const [first] = plan.batches;
  if (first === undefined)
    return { messages: plan.nextAtMs === undefined ? [] : [lookAgain(request, plan.nextAtMs)] };
  const batch = toBatch(first, request, dependencies);
  const isMade = await table.put(partition, batchAttributes(ONLY_BATCH, batch, nowMs()), true);
  return isMade ? complete(request, [batch], dependencies, first) : undefined;
}

/** Returns `undefined` as {@link cutOrdered} does. */
async function cutShared(request: CutRequest, dependencies: CutDependencies): Promise<CutResult | undefined> {
  const { table, nowMs } = dependencies;
  const { destination, lane } = request;
  const partition = partitionOf(ownerOf(destination), lane);
  const head = await readHead(table, partition);
  if (head !== undefined && head.batches.length > 0) {
    const isOwn = request.cutBy.includes(head.cutBy);
    if (!isOwn && nowMs() - head.atMs < TAKE_OVER_MS)
      return { messages: [lookAgain(request, nowMs() + BUSY_MS)] };
    const made = await completeShared(request, head, dependencies);
    // The next cut divides the events that were added since.
    return { ...made, messages: [...made.messages, lookAgain(request, nowMs())] };
  }
  const { cuts = 0, afterMs = 0 } = head ?? {};
  const content = await readLane(table, partition, { afterMs, maxEntries: MAX_ENTRIES });
  const lost = await revived(request, content.batches, dependencies);
  const waiting = content.entries.slice(0, MAX_ENTRIES);
  const isPart = content.hasMore || content.entries.length > MAX_ENTRIES;
  const { entries, repeated, lanes } = await withoutRepeated(
    waiting,
    MAX_ENTRIES,
    { request, content },
    dependencies,
  );
  const options = { nowMs: nowMs(), maxBatches: MAX_BATCHES, inOrder: false };
  const { batches, nextAtMs } = planCut(entries, limitsOf(destination), options);
  const more =
    isPart || batches.length === MAX_BATCHES ? [lookAgain(request, nowMs())] : again(request, nextAtMs);
  // Perhaps no message was sent for the lane in which the first copy of an event waits.
  const others = lanes.map((one) => lookAgain({ ...request, lane: one }, nowMs()));
  const messages = [...lost, ...more, ...others];
  if (batches.length === 0 && repeated.length === 0) return { messages };
  const inBatches = new Set(batches.flat());
  const left = entries.filter((one) => !inBatches.has(one));
  // The entries that were not read come after the last one that was read.
  const firstMs = firstAddedMs(
    [...left, ...batches.flat().slice(-1), ...(isPart ? waiting.slice(-1) : [])],
    nowMs(),
  );
  const next: LaneHead = {
    cuts: cuts + 1,
    batches: batches.map((some) => toBatch(some, request, dependencies)),
    cutBy: request.cutBy[0] ?? "",
    atMs: nowMs(),
    afterMs: Math.max(afterMs, firstMs - LATE_MS),
  };
  if (!(await putHead(request, head, next, dependencies))) return undefined;
  // Only now is it certain that no other function has put them into a batch.
  await table.deleteAll(
    partition,
    repeated.map(({ item }) => item),
  );
  const made = await completeShared(request, next, dependencies, batches.flat());
  return { ...made, messages: [...made.messages, ...messages] };
}

function firstAddedMs(entries: readonly Entry[], nowMs: number): number {
  return Math.min(...entries.map(({ addedAtMs }) => addedAtMs), nowMs);
}

/** Returns the messages of batches whose messages must be lost, and stores when they are sent. */
async function revived(
  { destination, lane }: CutRequest,
  batches: readonly OutboxBatch[],
  { table, nowMs }: CutDependencies,
): Promise<AttemptMessage[]> {
  const lost = batches.filter(({ aliveAtMs, isDone }) => !isDone && nowMs() - aliveAtMs > LOST_MS);
  for (const { id } of lost)
    await table.update(partitionOf(ownerOf(destination), lane), batchKey({ lane, id }), {
      UpdateExpression: "SET aliveAtMs = :now",
      ConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":now": { N: String(nowMs()) }, ":id": { S: id } },
    });
  return lost.map(({ id, failedAttempt }) =>
    messageOf(destination, { lane, id }, nowMs(), failedAttempt + 1),
  );
}

/** For a destination without batches, each event is sent alone, at once. */
function limitsOf({ batchEvents, batchBytes, batchWaitS }: Destination): BatchLimits {
  return batchEvents === undefined
    ? { maxEvents: 1, maxBytes: batchBytes, waitMs: 0 }
    : { maxEvents: batchEvents, maxBytes: batchBytes, waitMs: batchWaitS * SECOND_MS };
}

function toBatch(
  entries: readonly Entry[],
  { destination, cutBy }: CutRequest,
  { newId, nowMs }: CutDependencies,
): OutboxBatch {
  const [first] = entries;
  return {
    // A request with one event, as without an outbox, has its id.
    id: (destination.batchEvents === undefined ? first?.webhookId : undefined) ?? newId(),
    entries: entries.map(({ item }) => item),
    count: entries.reduce((sum, { count }) => sum + count, 0),
    addedAtMs: Math.min(...entries.map(({ addedAtMs }) => addedAtMs)),
    ...{ cutBy: cutBy[0] ?? "", aliveAtMs: nowMs(), failedAttempt: 0, isDone: false, isDead: false },
  };
}

/**
 * Returns the message that reads the lane again when the remaining events are due; none if other messages
 * were sent for that.
 */
function again(request: CutRequest, nextAtMs: number | undefined): CutMessage[] {
  if (nextAtMs === undefined) return [];
  const oldestMs = nextAtMs - limitsOf(request.destination).waitMs;
  return oldestMs <= request.addedAtMs ? [lookAgain(request, nextAtMs)] : [];
}

function lookAgain({ destination, lane, addedAtMs }: CutRequest, dueAtMs: number): CutMessage {
  const { id, createdAtMs } = destination;
  return { kind: "cut", destination: id, createdAtMs, lane, addedAtMs, dueAtMs, sentAtMs: dueAtMs };
}

function putHead(
  { destination, lane }: CutRequest,
  before: LaneHead | undefined,
  next: LaneHead,
  { table }: CutDependencies,
): Promise<boolean> {
  const partition = partitionOf(ownerOf(destination), lane);
  const { item: _, ...attributes } = headAttributes(next);
  if (before === undefined) return table.put(partition, headAttributes(next), true);
  const names = Object.keys(attributes);
  return table.update(partition, HEAD, {
    UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(", ")}`,
    ConditionExpression: "cuts = :before",
    ExpressionAttributeValues: {
      ":before": { N: String(before.cuts) },
      ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value])),
    },
  });
}

/** Writes the batches of a head; when their messages are sent, the head is free. */
async function completeShared(
  request: CutRequest,
  head: LaneHead,
  dependencies: CutDependencies,
  known: readonly Entry[] = [],
): Promise<CutResult> {
  const { table, nowMs } = dependencies;
  const { destination, lane } = request;
  const partition = partitionOf(ownerOf(destination), lane);
  for (const batch of head.batches) {
    const attributes = batchAttributes(batchKey({ lane, id: batch.id }), batch, nowMs());
    await table.put(partition, attributes, true);
  }
  const made = await complete(request, head.batches, dependencies, known);
  const afterwards = async () => {
    await table.update(partition, HEAD, {
      UpdateExpression: "SET batches = :none",
      ConditionExpression: "cuts = :cuts",
      ExpressionAttributeValues: { ":none": { L: [] }, ":cuts": { N: String(head.cuts) } },
    });
  };
  return { ...made, afterwards };
}

/** Stores which events are in batches, and returns the messages of the batches. */
async function complete(
  { destination, lane }: CutRequest,
  batches: readonly OutboxBatch[],
  { table, nowMs }: CutDependencies,
  known: readonly Entry[] = [],
): Promise<CutResult> {
  const keysOf = new Map(known.map(({ item, keys }) => [item, keys]));
  const partition = partitionOf(ownerOf(destination), lane);
  for (const { id, entries } of batches) {
    // Without batches, the log of attempts has the events that were sent.
    if (destination.batchEvents === undefined) continue;
    const unknown = entries.filter((item) => !keysOf.has(item));
    for (const read of unknown.length === 0 ? [] : await table.getAll(partition, unknown)) {
      const { item, keys } = decodeEntry(read);
      keysOf.set(item, keys);
    }
    const keys = entries.flatMap((item) => keysOf.get(item) ?? []);
    await storeBatchEvents(table, ownerOf(destination), id, keys, nowMs());
  }
  return { messages: batches.map(({ id }) => messageOf(destination, { lane, id }, nowMs(), 1)) };
}

/** Makes the message of a batch. */
export function messageOf(
  { id: destination, createdAtMs }: Destination,
  place: Pick<BatchRef, "lane" | "id">,
  sentAtMs: number,
  attempt: number,
): AttemptMessage {
  const batch = { ...place, createdAtMs };
  return { destination, webhookId: batch.id, attempt, sentAtMs, batch, delivery: unreadDelivery(batch) };
}
