import type { Attributes } from "@rainhooks/dynamodb/key";
import { batchAttributes, decodeBatch, type OutboxBatch } from "./batch-item.ts";
import { OUTBOX_KEEP_MS } from "./entry.ts";

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

/** Converts a head to its item, without the lane. */
export function headAttributes({ cuts, batches, cutBy, atMs, afterMs }: LaneHead): Attributes {
  return {
    item: { S: HEAD },
    cuts: { N: String(cuts) },
    batches: { L: batches.map((one) => ({ M: batchAttributes("", one, atMs) })) },
    cutBy: { S: cutBy },
    atMs: { N: String(atMs) },
    afterMs: { N: String(afterMs) },
    expiresAtS: { N: String(Math.ceil((atMs + OUTBOX_KEEP_MS) / 1000)) },
  };
}

/** Converts an item to the head of a lane. */
export function decodeHead(item: Attributes): LaneHead {
  return {
    cuts: Number(item["cuts"]?.N ?? 0),
    batches: (item["batches"]?.L ?? []).flatMap(({ M }) => (M === undefined ? [] : [decodeBatch(M)])),
    cutBy: item["cutBy"]?.S ?? "",
    atMs: Number(item["atMs"]?.N ?? 0),
    afterMs: Number(item["afterMs"]?.N ?? 0),
  };
}
