import type { Attributes } from "@rainhooks/dynamodb/key";
import { decodeBatch, ONLY_BATCH } from "./batches.ts";
import { decodeEntry, ENTRY_PREFIX, timeText } from "./entry.ts";
import type { Lane } from "./store.ts";

/** What is in a lane. */
export type LaneContent = Awaited<ReturnType<typeof readLane>>;

/** After every key of a lane, and after every key of its batches, before those of entries. */
const END = "y";
const AFTER_BATCHES = "c";
const ATTRIBUTES = [
  "item",
  "addedAtMs",
  "count",
  "bytes",
  "keys",
  "webhookId",
  "isAgain",
  "id",
  "entries",
  "cutBy",
  "aliveAtMs",
  "failedAttempt",
  "isDone",
];

/** How a lane is read. */
export interface LaneReading {
  /**
   * Entries of before this time are in batches, epoch milliseconds: they are left out. Without it,
   * the lane is read in one query.
   */
  readonly afterMs?: number;
  /** Maximum number of entries, besides those in batches that were read before. */
  readonly maxEntries: number;
}

/**
 * Reads a lane: first its batches, then its entries. So each entry is either in one of these
 * batches or in no batch, unless another function divides the lane meanwhile.
 */
export async function readLane(lane: Lane, { afterMs, maxEntries }: LaneReading) {
  const isWhole = afterMs === undefined;
  const range = { from: ONLY_BATCH, to: AFTER_BATCHES, attributes: ATTRIBUTES };
  const before = isWhole ? [] : await lane.read(range);
  const max = maxEntries + before.reduce((sum, item) => sum + decodeBatch(item).entries.length, 0);
  const from = isWhole ? ONLY_BATCH : `${ENTRY_PREFIX}${timeText(afterMs)}`;
  const read = await lane.read({ ...range, from, to: END, max: max + 1 });
  const items = [...before, ...read.slice(0, max)];
  const isEntry = (item: Attributes) => item["item"]?.S?.startsWith(ENTRY_PREFIX) === true;
  const batches = items.filter((item) => !isEntry(item)).map(decodeBatch);
  const keys = new Set(batches.flatMap((batch) => batch.entries));
  const all = items.filter(isEntry).map(decodeEntry);
  const entries = all.filter(({ item }) => !keys.has(item));
  const inBatches = all.filter(({ item }) => keys.has(item));
  return {
    batches,
    /** Those that are in none of the batches, in the order of their keys. */
    entries,
    inBatches,
    /** Whether there are more entries than were read. */
    hasMore: read.length > max,
  };
}
