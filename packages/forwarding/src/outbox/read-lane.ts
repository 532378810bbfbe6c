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
/** After every key of a batch, before those of entries. */
const AFTER_BATCHES = "c";
const ENTRY_ATTRIBUTES = ["item", "count", "bytes", "addedAtMs", "keys", "webhookId", "isAgain"];

/**
 * Reads a lane: first its head, then its batches, then its entries. So an entry that is read is either in one of these batches, in the head's, or in none,
 * as long as the head is the same.
 */
export async function readLane(table: OutboxTable, lane: string): Promise<LaneContent> {
  const { items } = await table.read(lane, { from: HEAD, to: AFTER_BATCHES });
  const head = items.find((item) => item["item"]?.S === HEAD);
  const decoded = head === undefined ? undefined : decodeHead(head);
  const { entries, hasMore } = await readEntries(table, lane, decoded?.afterMs);
  const dead = await table.read(lane, { from: "x#", to: "x$" });
  const batches = [...items, ...dead.items].filter(isBatchItem).map(decodeBatch);
  return { head: decoded, batches, entries, hasMore };
}

/** Reads the entries of a lane from a time on. */
async function readEntries(
  table: OutboxTable,
  lane: string,
  fromMs = 0,
): Promise<Pick<LaneContent, "entries" | "hasMore">> {
  const range = { from: `${ENTRY_PREFIX}${timeText(fromMs)}`, to: "e$", maxPages: MAX_PAGES };
  const { items, hasMore } = await table.read(lane, { ...range, attributes: ENTRY_ATTRIBUTES });
  return { entries: items.map(decodeEntry), hasMore };
}
