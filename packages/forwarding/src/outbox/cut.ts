import { SECOND_MS } from "@rainhooks/core";
import type { Destination } from "../destinations/destination.ts";
import type { AttemptMessage, CutMessage, WorkerMessage } from "../messages/attempt-message.ts";
import { unreadDelivery } from "../messages/attempt-message.ts";
import { batchAttributes, batchKey, type OutboxBatch } from "./batch-item.ts";
import type { CutParts } from "./cut-parts.ts";
import { decodeEntry, type Entry, type EventKey } from "./entry.ts";
import { HEAD, headAttributes, type LaneHead } from "./head.ts";
import { isOrderedLane, ownerOf, partitionOf } from "./lane.ts";
import { type BatchLimits, planCut } from "./plan-cut.ts";
import { type LaneContent, readLane } from "./read-lane.ts";
import { repeatedEntries } from "./repeated.ts";
import type { OutboxTable } from "./store.ts";
import { noteTaken } from "./taken.ts";

/** A lane that is to be divided into batches. */
export interface CutRequest {
  readonly destination: Destination;
  readonly lane: string;
  /** Up to when events were put there for which it is divided, epoch milliseconds. */
  readonly addedAtMs: number;
  /** Ids of the queued messages that ask for it: who gets one of them again goes on where it was interrupted. */
  readonly cutBy: readonly string[];
}

/** What is to be sent after a lane was divided, and done as soon as it is sent. */
export interface CutResult {
  readonly messages: readonly WorkerMessage[];
  readonly afterwards?: () => Promise<void>;
}

/** Batches that are made at once, and their entries. */
const [MAX_BATCHES, MAX_ENTRIES] = [20, 2000];
/** How often a lane is read before it is left for later. */
const MAX_LOOKS = 3;
/** When to look again if somebody else divides the lane. */
const BUSY_MS = SECOND_MS;
/** Who has not ended after this time is not believed to go on. */
const TAKE_OVER_MS = 120 * SECOND_MS;
/** Entries can appear so much later than the time that they say. */
const LATE_MS = 60 * SECOND_MS;

/**
 * Divides what waits in a lane into batches, and returns the messages that send them. Of functions that do so at the same time, one succeeds.
 *
 * A lane that nodes share has any number of batches on their way, so a batch that fails does not hold up others. The lane of a node has one at a time.
 */
export async function cutLane(request: CutRequest, parts: CutParts): Promise<CutResult> {
  const isOrdered = isOrderedLane(request.lane);
  const partition = partitionOf(ownerOf(request.destination), request.lane);
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const content = await readLane(parts.table, partition, isOrdered);
    const result = await (isOrdered ? cutOrdered : cutShared)(request, content, parts);
    if (result !== undefined) return result;
  }
  return { messages: [lookAgain(request, parts.nowMs() + BUSY_MS)] };
}

/** Returns `undefined` if the lane has to be read again: somebody else was faster, or the client has repeated the write because its response was lost. */
async function cutOrdered(
  request: CutRequest,
  content: LaneContent,
  parts: CutParts,
): Promise<CutResult | undefined> {
  const { table, nowMs } = parts;
  const { destination, lane, cutBy } = request;
  const active = content.batches.find(({ isDead }) => !isDead);
  // Who has made it sends its message, and divides the lane again when it is done.
  if (active !== undefined)
    return cutBy.includes(active.cutBy) ? complete(request, [active], content, parts) : { messages: [] };
  const { plan } = await planFor(request, content, 1, parts);
  const [entries] = plan.batches;
  if (entries === undefined) return { messages: again(request, plan.nextAtMs) };
  const batch = toBatch(entries, request, parts);
  const partition = partitionOf(ownerOf(destination), lane);
  const isMade = await table.put(
    partition,
    batchAttributes(batchKey({ lane, id: batch.id }), batch, nowMs()),
    true,
  );
  return isMade ? complete(request, [batch], content, parts) : undefined;
}

/** Returns `undefined` as {@link cutOrdered} does. */
async function cutShared(
  request: CutRequest,
  content: LaneContent,
  parts: CutParts,
): Promise<CutResult | undefined> {
  const { nowMs } = parts;
  const { head } = content;
  if (head !== undefined && head.batches.length > 0) {
    const isOwn = request.cutBy.includes(head.cutBy);
    if (!isOwn && nowMs() - head.atMs < TAKE_OVER_MS)
      return { messages: [lookAgain(request, nowMs() + BUSY_MS)] };
    const made = await completeShared(request, head, content, parts);
    // What has come since is divided next.
    return { ...made, messages: [...made.messages, lookAgain(request, nowMs())] };
  }
  const { plan, isPart } = await planFor(request, content, MAX_BATCHES, parts);
  if (plan.batches.length === 0) return { messages: again(request, plan.nextAtMs) };
  const next: LaneHead = {
    cuts: (head?.cuts ?? 0) + 1,
    batches: plan.batches.map((entries) => toBatch(entries, request, parts)),
    cutBy: request.cutBy[0] ?? "",
    atMs: nowMs(),
    afterMs: Math.max(head?.afterMs ?? 0, (plan.batches.at(-1)?.at(-1)?.addedAtMs ?? 0) - LATE_MS),
  };
  if (!(await putHead(request, head, next, parts))) return undefined;
  const made = await completeShared(request, next, content, parts);
  const more = isPart ? [lookAgain(request, nowMs())] : again(request, plan.nextAtMs);
  return { ...made, messages: [...made.messages, ...more] };
}

/** Returns the plan for what is in no batch. What is there for a second time is deleted. */
async function planFor(
  { destination, lane }: CutRequest,
  content: LaneContent,
  maxBatches: number,
  parts: CutParts,
) {
  const taken = new Set(content.batches.flatMap(({ entries }) => entries));
  const waiting = content.entries.filter(({ item }) => !taken.has(item)).slice(0, MAX_ENTRIES);
  const isPart = content.hasMore || waiting.length === MAX_ENTRIES;
  const repeated = await repeatedEntries(waiting, { destination, lane, content }, parts);
  await parts.table.deleteAll(partitionOf(ownerOf(destination), lane), [...repeated]);
  const left = waiting.filter(({ item }) => !repeated.has(item));
  const options = { nowMs: parts.nowMs(), maxBatches, inOrder: isOrderedLane(lane) };
  const plan = planCut(left, limitsOf(destination), options);
  return { plan, isPart: isPart || plan.batches.length === maxBatches };
}

/** Without batches, each event is sent by itself, at once. */
function limitsOf({ batchEvents, batchBytes, batchWaitS }: Destination): BatchLimits {
  return batchEvents === undefined
    ? { maxEvents: 1, maxBytes: batchBytes, waitMs: 0 }
    : { maxEvents: batchEvents, maxBytes: batchBytes, waitMs: batchWaitS * SECOND_MS };
}

function toBatch(
  entries: readonly Entry[],
  { destination, cutBy }: CutRequest,
  { newId }: CutParts,
): OutboxBatch {
  const [first] = entries;
  return {
    // A request with one event, as without an outbox, has its id.
    id: (destination.batchEvents === undefined ? first?.webhookId : undefined) ?? newId(),
    entries: entries.map(({ item }) => item),
    count: entries.reduce((sum, { count }) => sum + count, 0),
    addedAtMs: Math.min(...entries.map(({ addedAtMs }) => addedAtMs)),
    ...{ cutBy: cutBy[0] ?? "", isDone: false, isDead: false },
  };
}

/** Returns the message that looks again when what is left is due; none if others were sent for that. */
function again(request: CutRequest, nextAtMs: number | undefined): CutMessage[] {
  if (nextAtMs === undefined) return [];
  const oldestMs = nextAtMs - limitsOf(request.destination).waitMs;
  return oldestMs <= request.addedAtMs ? [lookAgain(request, nextAtMs)] : [];
}

function lookAgain({ destination, lane, addedAtMs }: CutRequest, dueAtMs: number): CutMessage {
  return { kind: "cut", destination: destination.id, lane, addedAtMs, dueAtMs, sentAtMs: dueAtMs };
}

function putHead(
  { destination, lane }: CutRequest,
  before: LaneHead | undefined,
  next: LaneHead,
  { table }: CutParts,
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
  content: LaneContent,
  parts: CutParts,
): Promise<CutResult> {
  const { table, nowMs } = parts;
  const { destination, lane } = request;
  const partition = partitionOf(ownerOf(destination), lane);
  for (const batch of head.batches) {
    const attributes = batchAttributes(batchKey({ lane, id: batch.id }), batch, nowMs());
    await table.put(partition, attributes, true);
  }
  const made = await complete(request, head.batches, content, parts);
  const afterwards = async () => {
    await table.update(partition, HEAD, {
      UpdateExpression: "SET batches = :none",
      ConditionExpression: "cuts = :cuts",
      ExpressionAttributeValues: { ":none": { L: [] }, ":cuts": { N: String(head.cuts) } },
    });
  };
  return { ...made, afterwards };
}

/** Notes which events batches have taken, and returns their messages. */
async function complete(
  { destination, lane }: CutRequest,
  batches: readonly OutboxBatch[],
  content: LaneContent,
  { table, nowMs }: CutParts,
): Promise<CutResult> {
  const known = new Map(content.entries.map((entry) => [entry.item, entry]));
  for (const { id, entries } of batches) {
    // Without batches, the log of attempts says which events were sent.
    if (destination.batchEvents === undefined) continue;
    const keys = await keysOf(entries, known, table, partitionOf(ownerOf(destination), lane));
    await noteTaken(table, ownerOf(destination), id, keys, nowMs());
  }
  return { messages: batches.map(({ id }) => messageOf(destination.id, { lane, id }, nowMs())) };
}

async function keysOf(
  items: readonly string[],
  known: ReadonlyMap<string, Entry>,
  table: OutboxTable,
  partition: string,
): Promise<EventKey[]> {
  const unknown = items.filter((item) => !known.has(item));
  const read = unknown.length === 0 ? [] : (await table.getAll(partition, unknown)).map(decodeEntry);
  const all = new Map([...known, ...read.map((entry) => [entry.item, entry] as const)]);
  return items.flatMap((item) => all.get(item)?.keys ?? []);
}

function messageOf(
  destination: string,
  batch: { readonly lane: string; readonly id: string },
  sentAtMs: number,
): AttemptMessage {
  return {
    ...{ destination, webhookId: batch.id, attempt: 1, sentAtMs, batch },
    delivery: unreadDelivery(batch),
  };
}
