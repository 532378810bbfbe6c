import { decodeBatch, isBatchItem, ONLY_BATCH, type OutboxBatch } from "./batch-item.ts";
import { decodeEntry, ENTRY_PREFIX, type Entry, timeText } from "./entry.ts";
import { decodeHead, HEAD, type LaneHead } from "./head.ts";
import type { OutboxTable } from "./store.ts";

/** What is in a lane. */
export interface LaneContent {
  readonly batches: readonly OutboxBatch[];
  /** Those that are in none of the batches, in the order of their keys. */
  readonly entries: readonly Entry[];
  /** The entries that are in one of the batches. */
  readonly inBatches: readonly Entry[];
  /** Whether there are more entries than were read. */
  readonly hasMore: boolean;
}

/** After every key of a lane, and after every key of its batches, before those of entries. */
const [END, AFTER_BATCHES] = ["y", "c"];
const ENTRY_ATTRIBUTES = ["item", "count", "bytes", "addedAtMs", "keys", "webhookId", "isAgain"];
const BATCH_ATTRIBUTES = ["id", "entries", "cutBy", "aliveAtMs", "failedAttempt", "isDone", "isDead"];

/** How a lane is read. */
export interface LaneReading {
  /** Entries of before this time are in batches, epoch milliseconds. @defaultValue 0 */
  readonly afterMs?: number;
  /** Entries in no batch after which the reading ends. */
  readonly maxEntries: number;
}

/**
 * Reads a lane: first its batches, then its entries. So each entry is either in one of these batches or in no
 * batch, unless another function divides the lane meanwhile.
 */
export async function readLane(
  table: OutboxTable,
  partition: string,
  { afterMs = 0, maxEntries }: LaneReading,
): Promise<LaneContent> {
  const { items } = await table.read(partition, { from: ONLY_BATCH, to: AFTER_BATCHES });
  const batches = items.filter(isBatchItem).map(decodeBatch);
  const taken = new Set(batches.flatMap((one) => one.entries));
  const rest = await table.read(partition, {
    ...{ from: `${ENTRY_PREFIX}${timeText(afterMs)}`, to: END, attributes: ENTRY_ATTRIBUTES },
    isEnough: (read) => read.length - taken.size >= maxEntries,
  });
  return { batches, ...dividedBy(taken, rest.items.map(decodeEntry)), hasMore: rest.hasMore };
}

/** Reads the lane of a node, in one query: its batch comes before its entries. */
export async function readNodeLane(
  table: OutboxTable,
  partition: string,
  maxEntries: number,
): Promise<LaneContent> {
  const { items, hasMore } = await table.read(partition, {
    ...{ from: ONLY_BATCH, to: END, attributes: [...ENTRY_ATTRIBUTES, ...BATCH_ATTRIBUTES] },
    isEnough: (read) => read.length > maxEntries,
  });
  const batches = items.filter(isBatchItem).map(decodeBatch);
  const taken = new Set(batches.flatMap((one) => one.entries));
  const entries = items.filter((item) => item["item"]?.S?.startsWith(ENTRY_PREFIX)).map(decodeEntry);
  return { batches, ...dividedBy(taken, entries), hasMore };
}

function dividedBy(
  taken: ReadonlySet<string>,
  all: readonly Entry[],
): Pick<LaneContent, "entries" | "inBatches"> {
  const [entries, inBatches]: [Entry[], Entry[]] = [[], []];
  for (const one of all) (taken.has(one.item) ? inBatches : entries).push(one);
  return { entries, inBatches };
}

/** Reads the head of a lane. */
export async function readHead(table: OutboxTable, partition: string): Promise<LaneHead | undefined> {
  const item = await table.get(partition, HEAD);
  return item === undefined ? undefined : decodeHead(item);
}
