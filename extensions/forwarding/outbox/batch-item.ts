import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { BatchRef } from "../messages/attempt-message.ts";
import { OUTBOX_KEEP_MS } from "./entry.ts";
import { isOrderedLane } from "./lane.ts";

/** Which entries of a lane are one request. */
export interface OutboxBatch {
  readonly id: string;
  /** Keys of its entries. */
  readonly entries: readonly string[];
  /** When the first of the events was added, epoch milliseconds. */
  readonly addedAtMs: number;
  /** Id of the queued message for which it was made. */
  readonly cutBy: string;
  /** When its message was sent or its last attempt was claimed, epoch milliseconds. */
  readonly aliveAtMs: number;
  /** Number of the last attempt that has failed; 0 if there was none. */
  readonly failedAttempt: number;
  /** True as soon as nothing is left to do but to delete it. */
  readonly isDone: boolean;
}

/**
 * Key of the one batch of a lane whose events come one after the other; those of the others begin with it.
 */
export const ONLY_BATCH = "b";

/** Returns the key within its lane under which a batch is found. */
export function batchKey({ lane, id }: Pick<BatchRef, "lane" | "id">): string {
  return isOrderedLane(lane) ? ONLY_BATCH : `${ONLY_BATCH}#${id}`;
}

/** Converts a batch that no attempt has failed for to its item, without the lane. */
export function batchAttributes(key: string, batch: OutboxBatch, nowMs: number): Attributes {
  const expiresAtS = Math.ceil((nowMs + OUTBOX_KEEP_MS) / 1000);
  return marshall({ ...batch, failedAttempt: 0, item: key, expiresAtS });
}

/** Converts an item to its batch. */
export function decodeBatch(item: Attributes): OutboxBatch {
  const { id, entries, addedAtMs, cutBy, aliveAtMs, failedAttempt, isDone } = unmarshall(item);
  return { id, entries, addedAtMs, cutBy, aliveAtMs, failedAttempt, isDone };
}

/** Key of the head of a lane: the first of its items. */
export const HEAD = "a";

/** How far a lane that nodes share has been divided. */
export interface LaneHead {
  /** Number of times that it has been divided. */
  readonly cuts: number;
  /** The batches that are being made; empty when each of them has its item and its message. */
  readonly batches: readonly OutboxBatch[];
  /** Id of the queued message for which they are made. */
  readonly cutBy: string;
  /** When that began, epoch milliseconds. */
  readonly atMs: number;
  /** Entries of before this time are in batches, epoch milliseconds. */
  readonly afterMs: number;
}

/** Converts a head to the attributes of its item, without its key. */
export function headAttributes(head: LaneHead): Attributes {
  return marshall({ ...head, expiresAtS: Math.ceil((head.atMs + OUTBOX_KEEP_MS) / 1000) });
}

/** Converts an item to the head of a lane. */
export function decodeHead(item: Attributes): LaneHead {
  const { cuts, batches, cutBy, atMs, afterMs } = unmarshall(item);
  return { cuts, batches, cutBy, atMs, afterMs };
}
