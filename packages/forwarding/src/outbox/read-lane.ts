import type { Attributes } from "@rainhooks/dynamodb";
import { decodeBatch, isBatchItem, type OutboxBatch } from "./batch-item.ts";
import { decodeEntry, ENTRY_PREFIX, type Entry, timeText } from "./entry.ts";
import { decodeHead, HEAD, type LaneHead } from "./head.ts";
import type { OutboxTable } from "./store.ts";

/** What is in a lane. */
export interface LaneContent {
  readonly head: LaneHead | undefined;
  readonly batches: readonly OutboxBatch[];
  /** In the order of their keys. */
  readonly entries: readonly Entry[];
  /** Whether there are more entries than were read. */
  readonly hasMore: boolean;
}

/** Pages of 1 MB that are read at once. */
const MAX_PAGES = 16;
/** After every key of a lane, and after every key of its batches, before those of entries. */
const [END, AFTER_BATCHES] = ["y", "c"];
const ENTRY_ATTRIBUTES = ["item", "count", "bytes", "addedAtMs", "keys", "webhookId", "isAgain"];
const ALL_ATTRIBUTES = [...ENTRY_ATTRIBUTES, "id", "entries", "cutBy", "isDone", "isDead"];

/**
 * Reads a lane: first its head, then its batches, then its entries, then the batches of the lane of a node that are in the dead-letter queue. So an entry that
 * is read is either in one of these batches, in the head's, or in none, as long as the head is the same.
 */
export async function readLane(
  table: OutboxTable,
  partition: string,
  isOrdered: boolean,
): Promise<LaneContent> {
  if (isOrdered) {
    const range = { from: HEAD, to: END, maxPages: MAX_PAGES, attributes: ALL_ATTRIBUTES };
    const { items, hasMore } = await table.read(partition, range);
    const [batches, entries] = [items.filter(isBatchItem), items.filter(isEntryItem)];
    return { head: undefined, batches: batches.map(decodeBatch), entries: entries.map(decodeEntry), hasMore };
  }
  const { items } = await table.read(partition, { from: HEAD, to: AFTER_BATCHES });
  const found = items.find((item) => item["item"]?.S === HEAD);
  const head = found === undefined ? undefined : decodeHead(found);
  const from = `${ENTRY_PREFIX}${timeText(head?.afterMs ?? 0)}`;
  const rest = await table.read(partition, {
    from,
    to: END,
    maxPages: MAX_PAGES,
    attributes: ENTRY_ATTRIBUTES,
  });
  const batches = items.filter(isBatchItem).map(decodeBatch);
  return { head, batches, entries: rest.items.map(decodeEntry), hasMore: rest.hasMore };
}

function isEntryItem(item: Attributes): boolean {
  return item["item"]?.S?.startsWith(ENTRY_PREFIX) === true;
}
