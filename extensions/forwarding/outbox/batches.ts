import { randomUUID } from "node:crypto";
import { marshall } from "@aws-sdk/util-dynamodb";
import { SECOND_MS } from "@rainhooks/core/durations";
import type { BatchRef } from "../messages/attempt-message.ts";
import { batchAttributes, batchKey, decodeBatch, type OutboxBatch } from "./batch-item.ts";
import { decodeEntry, decodeEvents, entryOf, keyOf, type WaitingEvent } from "./entry.ts";
import { isOrderedLane, laneOfPart, partitionOf } from "./lane.ts";
import type { OutboxTable } from "./store.ts";
import { deleteBatchEvents, storeBatchEvents } from "./taken.ts";

/** A batch, and its key in the table. */
export interface BatchPlace {
  readonly partition: string;
  readonly key: string;
  readonly batch: OutboxBatch;
}

/** A batch with its events. */
export interface OpenBatch extends BatchPlace {
  /** {@link ownerOf} its destination. */
  readonly owner: string;
  readonly lane: string;
  /** In their order; none if it has been sent. */
  readonly events: readonly WaitingEvent[];
}

/**
 * Longer than an invocation takes until it has written the outcome of its attempts: until then, no other
 * invocation makes an attempt.
 */
export const CLAIM_MS = 60 * SECOND_MS;

/**
 * Reads a batch and its events; `undefined` if it is deleted. What is not kept any more is left out: it has
 * expired, or was sent in another batch before a late call wrote this one.
 */
export async function openBatch(
  table: OutboxTable,
  owner: string,
  ref: Pick<BatchRef, "lane" | "id">,
): Promise<OpenBatch | undefined> {
  const { lane, id } = ref;
  const [partition, key] = [partitionOf(owner, lane), batchKey(ref)];
  const batch = await readBatch(table, { partition, key }, id);
  if (batch === undefined) return undefined;
  const open = { partition, key, batch, owner, lane };
  const items = batch.isDone ? [] : await table.getAll(partition, batch.entries);
  // Another function may be deleting it.
  if (items.length < batch.entries.length && (await readBatch(table, open, id))?.isDone !== false)
    return { ...open, events: [] };
  const sorted = items.sort((a, b) => ((a["item"]?.S ?? "") < (b["item"]?.S ?? "") ? -1 : 1));
  const events = sorted.flatMap(decodeEvents);
  if (isOrderedLane(lane)) events.sort((a, b) => a.delivery.sentAtMs - b.delivery.sentAtMs);
  return { ...open, events };
}

/** Reads a batch as it is now; `undefined` if it is not there any more. Another one can be at its place. */
async function readBatch(
  table: OutboxTable,
  { partition, key }: Pick<BatchPlace, "partition" | "key">,
  id: string,
): Promise<OutboxBatch | undefined> {
  const item = await table.get(partition, key);
  const batch = item === undefined ? undefined : decodeBatch(item);
  return batch?.id === id ? batch : undefined;
}

/**
 * The result of a claim: the attempt may be made, another function makes it, or it has been made and failed.
 */
export type BatchClaim = "claimed" | "busy" | "old";

/** Claims a batch for an attempt, so that no copy of its message makes the same. */
export async function claimBatch(
  table: OutboxTable,
  place: BatchPlace,
  attempt: number,
  nowMs: number,
): Promise<BatchClaim> {
  // The client may repeat the call because its response was lost.
  const token = randomUUID();
  const isClaimed = await changeBatch(
    table,
    place,
    "SET claimedAttempt = :attempt, claimedUntilMs = :until, claimedBy = :token, aliveAtMs = :now",
    { ":attempt": attempt, ":until": nowMs + CLAIM_MS, ":now": nowMs, ":token": token },
    " AND failedAttempt < :attempt AND (attribute_not_exists(claimedAttempt) OR claimedAttempt < :attempt OR claimedUntilMs < :now OR claimedBy = :token)",
  );
  if (isClaimed) return "claimed";
  const now = await readBatch(table, place, place.batch.id);
  return now === undefined || now.failedAttempt >= attempt ? "old" : "busy";
}

/** Notes that an attempt has failed, so that a copy of its message does not make it again. */
export async function noteFailed(
  table: OutboxTable,
  place: BatchPlace,
  attempt: number,
  nowMs: number,
): Promise<void> {
  const values = { ":attempt": attempt, ":now": nowMs };
  const set = "SET failedAttempt = :attempt, aliveAtMs = :now";
  await changeBatch(table, place, set, values, " AND failedAttempt < :attempt");
}

/** Changes a batch, if it is still there and a condition holds. Returns whether it did. */
export function changeBatch(
  table: OutboxTable,
  { partition, key, batch: { id } }: BatchPlace,
  UpdateExpression: string,
  values: Readonly<Record<`:${string}`, unknown>>,
  condition = "",
): Promise<boolean> {
  return table.update(partition, key, {
    UpdateExpression,
    ConditionExpression: `id = :id${condition}`,
    ExpressionAttributeValues: marshall({ ":id": id, ...values }),
  });
}

/**
 * Deletes a batch with its events. It first marks the batch as done, so that the rest of the batch is not
 * sent if the deletion is interrupted. A repeated call continues the deletion.
 */
export async function deleteBatch(table: OutboxTable, place: BatchPlace): Promise<void> {
  const { partition, key, batch } = place;
  if (batch.entries.length > 1 && !batch.isDone)
    await changeBatch(table, place, "SET isDone = :true", { ":true": true });
  await table.deleteAll(partition, batch.entries);
  await table.deleteBatch(partition, key, batch.id);
}

/** Deletes the list of the events in a batch, so that they can be sent in another batch. */
export function forgetBatch(table: OutboxTable, { owner, batch, events }: OpenBatch): Promise<void> {
  return deleteBatchEvents(table, owner, batch.id, events.map(keyOf));
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
  await table.put(partition, batchAttributes(key, { ...batch, ...as, entries, aliveAtMs: nowMs }, nowMs));
}

/**
 * Divides a batch into two, each in a lane of its own, with an entry for each event. A repeated call makes
 * the same two.
 */
export async function divideBatch(
  table: OutboxTable,
  open: OpenBatch,
  nowMs: number,
): Promise<readonly Pick<BatchRef, "lane" | "id">[]> {
  const { owner, batch, events } = open;
  const middle = Math.ceil(events.length / 2);
  const halves = [events.slice(0, middle), events.slice(middle)].map(async (half, index) => {
    const id = `${batch.id}_${index}`;
    const ref = { lane: laneOfPart(id), id };
    const partition = partitionOf(owner, ref.lane);
    const items = half.map((one, timeMs) => entryOf([one], { timeMs, addedAtMs: batch.addedAtMs }));
    await table.putAll(partition, items);
    const entries = items.map((one) => decodeEntry(one).item);
    const part = { ...batch, id, entries, aliveAtMs: nowMs };
    await table.put(partition, batchAttributes(batchKey(ref), part, nowMs), true);
    await storeBatchEvents(table, owner, id, half.map(keyOf), nowMs);
    return ref;
  });
  const refs = await Promise.all(halves);
  await forgetBatch(table, open);
  return refs;
}
