import { randomUUID } from "node:crypto";
import { decode } from "@rainhooks/core/decode/decode";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { BatchRef, RequestEvent } from "../messages/attempt-message.ts";
import { batchAttributes, batchKey, decodeBatch, ONLY_BATCH, type OutboxBatch } from "./batch-item.ts";
import { decodeEntry, decodeEvents, type EventKey, entryOf, eventKey, OUTBOX_KEEP_MS } from "./entry.ts";
import { deadPartition, isOrderedLane, partitionOf } from "./lane.ts";
import type { OutboxTable } from "./store.ts";
import { deleteBatchEvents, storeBatchEvents } from "./taken.ts";

/** A batch of a destination, and where it is found. */
export interface BatchPlace {
  /** {@link ownerOf} its destination. */
  readonly owner: string;
  readonly lane: string;
  /** The lane as the table has it, or where batches of the dead-letter queue are. */
  readonly partition: string;
  readonly key: string;
  readonly batch: OutboxBatch;
}

/** A batch with its events. */
export interface OpenBatch extends BatchPlace {
  readonly events: readonly RequestEvent[];
}

/**
 * Longer than an invocation takes until it has written the outcome of its attempts: until then, no other
 * invocation makes an attempt.
 */
export const CLAIM_MS = 60 * SECOND_MS;

/** Finds a batch, in its lane or among those of the dead-letter queue; `undefined` if it is deleted. */
export async function findBatch(
  table: OutboxTable,
  owner: string,
  { lane, id }: Pick<BatchRef, "lane" | "id">,
): Promise<BatchPlace | undefined> {
  const places = [
    { partition: partitionOf(owner, lane), key: batchKey({ lane, id }) },
    { partition: deadPartition(owner, id), key: ONLY_BATCH },
  ];
  const found: BatchPlace[] = [];
  for (const { partition, key } of places) {
    const batch = await readBatch(table, { partition, key, batch: { id } });
    if (batch === undefined) continue;
    found.push({ owner, lane, partition, key, batch });
    // A batch that is done is sent, or its events are on their way in other batches.
    if (!batch.isDone) break;
  }
  return found.at(-1);
}

/** Reads a batch as it is now; `undefined` if it is not there any more. */
async function readBatch(
  table: OutboxTable,
  { partition, key, batch: { id } }: BatchKey,
): Promise<OutboxBatch | undefined> {
  const item = await table.get(partition, key);
  const batch = item === undefined ? undefined : decodeBatch(item);
  return batch?.id === id ? batch : undefined;
}

/** The place of a batch, and its id, because another batch can be at this place. */
interface BatchKey extends Pick<BatchPlace, "partition" | "key"> {
  readonly batch: Pick<OutboxBatch, "id">;
}

/**
 * Reads the events of a batch, in their order; none if it has been sent.
 *
 * @throws {RainhooksError} permanent `data-invalid` if one is not there any more, or cannot be read.
 */
export async function openBatch(table: OutboxTable, found: BatchPlace): Promise<OpenBatch> {
  const { lane, partition, batch } = found;
  if (batch.isDone) return { ...found, events: [] };
  const items = await table.getAll(partition, batch.entries);
  if (items.length < batch.entries.length) {
    if (await isSent(table, found, items.length)) return { ...found, events: [] };
    // In the lane of a node, a function that read the lane long ago can write a batch whose entries are sent.
    if (items.length === 0 || !(isOrderedLane(lane) || batch.isDead))
      throw unreadable("some of its events are no longer kept");
  }
  const sorted = items.sort((a, b) => ((a["item"]?.S ?? "") < (b["item"]?.S ?? "") ? -1 : 1));
  const events = sorted.flatMap(decodeEvents).map(({ webhookId, delivery }): RequestEvent => {
    const decoded = decode(delivery);
    if (decoded.kind === "event") return { webhookId, delivery, event: decoded.event };
    throw unreadable("one of its events cannot be decoded");
  });
  return { ...found, events: isOrderedLane(lane) ? inOrder(events) : events };
}

/**
 * Returns whether a batch that lacks events has been sent: another function is deleting it, or has written it
 * again after everything was deleted.
 */
async function isSent(table: OutboxTable, found: BatchPlace, left: number): Promise<boolean> {
  if (left === 0 && !found.batch.isDead) return true;
  const now = await readBatch(table, found);
  return now === undefined || now.isDone;
}

function unreadable(why: string): RainhooksError {
  return new RainhooksError("data-invalid", `A batch cannot be sent: ${why}.`, { permanent: true });
}

function inOrder(events: readonly RequestEvent[]): RequestEvent[] {
  return events.toSorted((a, b) => a.delivery.sentAtMs - b.delivery.sentAtMs);
}

/**
 * The result of a claim: the attempt may be made, another function makes it, or it has been made and failed.
 */
export type BatchClaim = "claimed" | "busy" | "old";

/** Claims a batch for an attempt, so that no copy of its message makes the same. */
export async function claimBatch(
  table: OutboxTable,
  found: BatchPlace,
  attempt: number,
  nowMs: number,
): Promise<BatchClaim> {
  // The client may repeat the call because its response was lost.
  const token = randomUUID();
  const isClaimed = await table.update(found.partition, found.key, {
    UpdateExpression:
      "SET claimedAttempt = :attempt, claimedUntilMs = :until, claimedBy = :token, aliveAtMs = :now",
    ConditionExpression:
      "id = :id AND (attribute_not_exists(failedAttempt) OR failedAttempt < :attempt) AND (attribute_not_exists(claimedAttempt) OR claimedAttempt < :attempt OR claimedUntilMs < :now OR claimedBy = :token)",
    ExpressionAttributeValues: {
      ":id": { S: found.batch.id },
      ":attempt": { N: String(attempt) },
      ":until": { N: String(nowMs + CLAIM_MS) },
      ":now": { N: String(nowMs) },
      ":token": { S: token },
    },
  });
  if (isClaimed) return "claimed";
  const now = await readBatch(table, found);
  return now === undefined || now.failedAttempt >= attempt ? "old" : "busy";
}

/** Notes that an attempt has failed, so that a copy of its message does not make it again. */
export async function noteFailed(
  table: OutboxTable,
  { partition, key, batch }: BatchPlace,
  attempt: number,
  nowMs: number,
): Promise<void> {
  await table.update(partition, key, {
    UpdateExpression: "SET failedAttempt = :attempt, aliveAtMs = :now",
    ConditionExpression: "id = :id AND (attribute_not_exists(failedAttempt) OR failedAttempt < :attempt)",
    ExpressionAttributeValues: {
      ":id": { S: batch.id },
      ":attempt": { N: String(attempt) },
      ":now": { N: String(nowMs) },
    },
  });
}

/**
 * Deletes a batch with its events. It first marks the batch as done, so that the rest of the batch is not
 * sent if the deletion is interrupted. A repeated call continues the deletion.
 */
export async function deleteBatch(
  table: OutboxTable,
  { partition, key, batch }: Pick<BatchPlace, "partition" | "key" | "batch">,
): Promise<void> {
  // A redriven batch is marked, too: without its events, it would count as a batch that has lost them.
  if ((batch.entries.length > 1 || batch.isDead) && !batch.isDone)
    await table.update(partition, key, {
      UpdateExpression: "SET isDone = :true",
      ConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":true": { BOOL: true }, ":id": { S: batch.id } },
    });
  await table.deleteAll(partition, batch.entries);
  await table.deleteBatch(partition, key, batch.id);
}

/** Deletes the list of the events in a batch, so that they can be sent in another batch. */
export function forgetBatch(table: OutboxTable, { owner, batch, events }: OpenBatch): Promise<void> {
  return deleteBatchEvents(table, owner, batch.id, events.map(keyOf));
}

/** Notes that the events of a batch that has been redriven are sent. */
export function noteSent(
  table: OutboxTable,
  { owner, batch, events }: OpenBatch,
  nowMs: number,
): Promise<void> {
  return storeBatchEvents(table, owner, batch.id, events.map(keyOf), nowMs);
}

function keyOf({ webhookId, delivery }: RequestEvent): EventKey {
  return eventKey({ webhookId, publishedMs: delivery.sentAtMs });
}

/**
 * Sets a batch aside until its dead letter is redriven, outside of its lane. It delays no other batch, and
 * its events can be sent in another one.
 *
 * @returns False if somebody else has sent it or set it aside meanwhile.
 */
export async function setAside(table: OutboxTable, found: BatchPlace, nowMs: number): Promise<boolean> {
  const { owner, partition, batch } = found;
  const now = await readBatch(table, found);
  if (now === undefined || now.isDone) return false;
  if (batch.isDead) return beginAnew(table, found);
  const dead = deadPartition(owner, batch.id);
  const isApart = dead === partition;
  const expiresAtS = { N: String(Math.ceil((nowMs + OUTBOX_KEEP_MS) / 1000)) };
  const items = await table.getAll(partition, batch.entries);
  await table.putAll(
    dead,
    items.map((item) => ({ ...item, expiresAtS })),
  );
  await table.put(dead, batchAttributes(ONLY_BATCH, { ...batch, isDead: true }, nowMs));
  const keys = items.flatMap((item) => decodeEntry(item).keys);
  await deleteBatchEvents(table, owner, batch.id, keys);
  if (!isApart) await deleteBatch(table, found);
  return true;
}

/**
 * Shortens a batch in the lane of a node to the first half of its events, under another id; the other events
 * wait again.
 */
export async function shortenBatch(
  table: OutboxTable,
  open: OpenBatch,
  as: Pick<OutboxBatch, "id" | "cutBy">,
  nowMs: number,
): Promise<void> {
  const { partition, key, batch } = open;
  const entries = batch.entries.slice(0, Math.ceil(batch.entries.length / 2));
  await forgetBatch(table, open);
  const half = { ...batch, ...as, entries, count: entries.length, aliveAtMs: nowMs };
  await table.put(partition, batchAttributes(key, half, nowMs));
}

/**
 * Divides a batch into two, outside of its lane, with an entry for each event. A repeated call makes the same
 * two.
 *
 * @returns Their ids.
 */
export async function divideBatch(table: OutboxTable, open: OpenBatch, nowMs: number): Promise<string[]> {
  const { owner, batch, events } = open;
  const middle = Math.ceil(events.length / 2);
  const halves = [events.slice(0, middle), events.slice(middle)].map(async (half, index) => {
    const id = `${batch.id}_${index}`;
    const partition = deadPartition(owner, id);
    const items = half.map((one, timeMs) => entryOf([one], { timeMs, addedAtMs: batch.addedAtMs }));
    await table.putAll(partition, items);
    const entries = items.map((one) => decodeEntry(one).item);
    const made = { ...batch, id, entries, count: half.length, aliveAtMs: nowMs };
    await table.put(partition, batchAttributes(ONLY_BATCH, made, nowMs), true);
    if (!batch.isDead) await storeBatchEvents(table, owner, id, half.map(keyOf), nowMs);
    return id;
  });
  const ids = await Promise.all(halves);
  await forgetBatch(table, open);
  return ids;
}

/** Deletes from its lane the rest of a batch that was set aside, if the first call was interrupted. */
export async function endSetAside(table: OutboxTable, { owner, lane, batch }: BatchPlace): Promise<void> {
  const [partition, key] = [partitionOf(owner, lane), batchKey({ lane, id: batch.id })];
  const left = await readBatch(table, { partition, key, batch });
  if (left !== undefined) await deleteBatch(table, { partition, key, batch: left });
}

/**
 * Deletes the attempts of a batch that goes to the dead-letter queue again: after a redrive, it gets all
 * attempts.
 */
function beginAnew(table: OutboxTable, { partition, key, batch }: BatchPlace): Promise<boolean> {
  return table.update(partition, key, {
    UpdateExpression: "REMOVE failedAttempt, claimedAttempt, claimedUntilMs, claimedBy",
    ConditionExpression: "id = :id",
    ExpressionAttributeValues: { ":id": { S: batch.id } },
  });
}
