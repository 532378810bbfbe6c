import { randomUUID } from "node:crypto";
import { decode, SECOND_MS, toRainhooksError } from "@rainhooks/core";
import type { BatchRef, RequestEvent } from "../messages/attempt-message.ts";
import { batchAttributes, batchKey, deadKey, decodeBatch, type OutboxBatch } from "./batch-item.ts";
import { decodeEvents, type EventKey, eventKey } from "./entry.ts";
import { isOrderedLane, partitionOf } from "./lane.ts";
import type { OutboxTable } from "./store.ts";
import { forgetTaken } from "./taken.ts";

/** A batch of a destination, and the key under which it is found. */
export interface FoundBatch {
  /** {@link ownerOf} its destination. */
  readonly owner: string;
  readonly lane: string;
  readonly key: string;
  readonly batch: OutboxBatch;
}

/** A batch with its events. */
export interface OpenBatch extends FoundBatch {
  readonly events: readonly RequestEvent[];
}

/** Longer than an attempt takes, so that nobody else makes one meanwhile. */
export const CLAIM_MS = 20 * SECOND_MS;

/** Finds a batch; `undefined` if nothing is left of it. */
export async function findBatch(
  table: OutboxTable,
  owner: string,
  ref: BatchRef,
): Promise<FoundBatch | undefined> {
  const { lane, id } = ref;
  for (const key of isOrderedLane(lane) ? [batchKey(ref), deadKey(ref)] : [batchKey(ref)]) {
    const item = await table.get(partitionOf(owner, lane), key);
    if (item === undefined) continue;
    const batch = decodeBatch(item);
    if (batch.id === id) return { owner, lane, key, batch };
  }
  return undefined;
}

/**
 * Reads the events of a batch, in their order.
 *
 * @throws {RainhooksError} permanent `data-invalid` if one cannot be read.
 */
export async function openBatch(table: OutboxTable, found: FoundBatch): Promise<OpenBatch> {
  const { owner, lane, batch } = found;
  const items = await table.getAll(partitionOf(owner, lane), batch.entries);
  const sorted = items.sort((a, b) => ((a["item"]?.S ?? "") < (b["item"]?.S ?? "") ? -1 : 1));
  const events = sorted.flatMap(decodeEvents).map(({ webhookId, delivery }): RequestEvent => {
    const decoded = decode(delivery);
    if (decoded.kind === "event") return { webhookId, delivery, event: decoded.event };
    throw toRainhooksError(
      decoded.kind === "undecodable" ? decoded.error : new Error("It has no known type."),
    );
  });
  return { ...found, events: isOrderedLane(lane) ? inOrder(events) : events };
}

function inOrder(events: readonly RequestEvent[]): RequestEvent[] {
  return events.toSorted((a, b) => a.delivery.sentAtMs - b.delivery.sentAtMs);
}

/** Claims a batch for an attempt, so that no copy of its message makes the same. Returns false if another has been faster. */
export function claimBatch(
  table: OutboxTable,
  { owner, lane, key, batch }: FoundBatch,
  attempt: number,
  nowMs: number,
): Promise<boolean> {
  // The client may repeat the call because its response was lost.
  const token = randomUUID();
  return table.update(partitionOf(owner, lane), key, {
    UpdateExpression: "SET claimedAttempt = :attempt, claimedUntilMs = :until, claimedBy = :token",
    ConditionExpression:
      "id = :id AND (attribute_not_exists(claimedAttempt) OR claimedAttempt < :attempt OR claimedUntilMs < :now OR claimedBy = :token)",
    ExpressionAttributeValues: {
      ":id": { S: batch.id },
      ":attempt": { N: String(attempt) },
      ":until": { N: String(nowMs + CLAIM_MS) },
      ":now": { N: String(nowMs) },
      ":token": { S: token },
    },
  });
}

/**
 * Deletes a batch with its events. Interrupted, it goes on when it is called again: the batch is marked first, so that what is left of it is not sent.
 */
export async function deleteBatch(
  table: OutboxTable,
  { owner, lane, key, batch }: FoundBatch,
): Promise<void> {
  const partition = partitionOf(owner, lane);
  if (batch.entries.length > 1)
    await table.update(partition, key, {
      UpdateExpression: "SET isDone = :true",
      ConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":true": { BOOL: true }, ":id": { S: batch.id } },
    });
  await table.deleteAll(partition, batch.entries);
  await table.deleteBatch(partition, key, batch.id);
}

/** Forgets that events are in a batch, so that they can be sent in another one. */
export function forgetBatch(table: OutboxTable, { owner, batch, events }: OpenBatch): Promise<void> {
  return forgetTaken(table, owner, batch.id, events.map(keyOf));
}

function keyOf({ webhookId, delivery }: RequestEvent): EventKey {
  return eventKey({ webhookId, publishedMs: delivery.sentAtMs });
}

/** Keeps a batch for when its dead letter is redriven. It no longer holds up its lane, and its events can be sent in another one. */
export async function setAside(table: OutboxTable, open: OpenBatch, nowMs: number): Promise<void> {
  const { owner, lane, key, batch } = open;
  const partition = partitionOf(owner, lane);
  await forgetBatch(table, open);
  if (isOrderedLane(lane)) {
    await table.put(partition, batchAttributes(deadKey(batch), { ...batch, isDead: true }, nowMs));
    if (key !== deadKey(batch)) await table.deleteBatch(partition, key, batch.id);
    return;
  }
  await table.update(partition, key, {
    UpdateExpression: "SET isDead = :true",
    ConditionExpression: "id = :id",
    ExpressionAttributeValues: { ":true": { BOOL: true }, ":id": { S: batch.id } },
  });
}
