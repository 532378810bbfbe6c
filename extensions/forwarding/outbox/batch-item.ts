import type { Attributes } from "@rainhooks/dynamodb/key";
import type { BatchRef } from "../messages/attempt-message.ts";
import { OUTBOX_KEEP_MS } from "./entry.ts";
import { isOrderedLane } from "./lane.ts";

/** Which entries of a lane are one request. */
export interface OutboxBatch {
  readonly id: string;
  /** Keys of its entries. */
  readonly entries: readonly string[];
  /** Number of its events. */
  readonly count: number;
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
  /** True if it is in the dead-letter queue. */
  readonly isDead: boolean;
}

/**
 * Key of the one batch of a lane whose events come one after the other, and of one that is in the dead-letter
 * queue.
 */
export const ONLY_BATCH = "b";
const SHARED_PREFIX = "b#";

/** Returns the key within its lane under which a batch is found. */
export function batchKey({ lane, id }: Pick<BatchRef, "lane" | "id">): string {
  return isOrderedLane(lane) ? ONLY_BATCH : `${SHARED_PREFIX}${id}`;
}

/** Whether an item of a lane is a batch. */
export function isBatchItem(item: Attributes): boolean {
  const key = item["item"]?.S ?? "";
  return key === ONLY_BATCH || key.startsWith(SHARED_PREFIX);
}

/** Converts a batch to its item, without the lane. */
export function batchAttributes(key: string, batch: OutboxBatch, nowMs: number): Attributes {
  const { id, entries, count, addedAtMs, cutBy, aliveAtMs, isDone, isDead } = batch;
  return {
    item: { S: key },
    id: { S: id },
    entries: { L: entries.map((one) => ({ S: one })) },
    count: { N: String(count) },
    addedAtMs: { N: String(addedAtMs) },
    cutBy: { S: cutBy },
    aliveAtMs: { N: String(aliveAtMs) },
    isDone: { BOOL: isDone },
    isDead: { BOOL: isDead },
    expiresAtS: { N: String(Math.ceil((nowMs + OUTBOX_KEEP_MS) / 1000)) },
  };
}

/** Converts an item to its batch. */
export function decodeBatch(item: Attributes): OutboxBatch {
  const number = (name: string) => Number(item[name]?.N ?? 0);
  return {
    id: item["id"]?.S ?? "",
    entries: (item["entries"]?.L ?? []).flatMap(({ S }) => (S === undefined ? [] : [S])),
    count: number("count"),
    addedAtMs: number("addedAtMs"),
    cutBy: item["cutBy"]?.S ?? "",
    aliveAtMs: number("aliveAtMs"),
    failedAttempt: number("failedAttempt"),
    isDone: item["isDone"]?.BOOL === true,
    isDead: item["isDead"]?.BOOL === true,
  };
}
