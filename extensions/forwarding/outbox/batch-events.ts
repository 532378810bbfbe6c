import { type EventKey, OUTBOX_KEEP_MS, packKeys, timeText, unpackKeys } from "./entry.ts";
import type { Lane } from "./store.ts";

/** The lane with the events that are in batches of a destination, or were. */
const LANE = "taken";

function byMinute(keys: readonly EventKey[]): [minute: string, keys: EventKey[]][] {
  return [...Map.groupBy(keys, ({ minute }) => timeText(minute))];
}

/**
 * Stores which events a batch of a lane has: an item for each minute in which some of them were published. A
 * repeated event is found there.
 */
export function storeBatchEvents(lane: Lane, batchId: string, keys: readonly EventKey[], nowMs: number) {
  const items = byMinute(keys).map(([minute, ofMinute]) => ({
    item: { S: `${minute}#${batchId}` },
    keys: { B: packKeys(ofMinute) },
    expiresAtS: { N: String(Math.ceil((nowMs + OUTBOX_KEEP_MS) / 1000)) },
  }));
  return lane.other(LANE).putAll(items);
}

/** Deletes the list of the events that a batch has, so that they can be sent in another batch. */
export function deleteBatchEvents(lane: Lane, batchId: string, keys: readonly EventKey[]): Promise<void> {
  return lane.other(LANE).deleteAll(byMinute(keys).map(([minute]) => `${minute}#${batchId}`));
}

/** Returns the ids of what batches have of the minutes in which some events were published. */
export async function readBatchEvents(lane: Lane, keys: readonly EventKey[]): Promise<ReadonlySet<string>> {
  const inBatches = new Set<string>();
  for (const [minute] of byMinute(keys)) {
    const range = { from: `${minute}#`, to: `${minute}$`, attributes: ["keys"] };
    const { items } = await lane.other(LANE).read(range);
    for (const item of items) for (const { id } of unpackKeys(item["keys"]?.B)) inBatches.add(id);
  }
  return inBatches;
}
