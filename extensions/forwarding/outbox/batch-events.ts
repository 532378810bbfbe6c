import { idIn, minuteIn, OUTBOX_KEEP_MS, packKeys, timeText, unpackKeys } from "./entry.ts";
import type { Lane } from "./store.ts";

/** The lane with the events that are in batches of a destination, or were. */
const LANE = "taken";

function byMinute(keys: readonly string[]): [minute: string, keys: string[]][] {
  return [...Map.groupBy(keys, (key) => timeText(minuteIn(key)))];
}

/**
 * Stores which events a batch of a lane has: an item for each minute in which some of them were
 * published. A repeated event is found there.
 */
export function storeBatchEvents(
  lane: Lane,
  batchId: string,
  keys: readonly string[],
  nowMs: number,
) {
  const items = byMinute(keys).map(([minute, ofMinute]) => ({
    item: { S: `${minute}#${batchId}` },
    keys: { B: packKeys(ofMinute) },
    expiresAtS: { N: String(Math.ceil((nowMs + OUTBOX_KEEP_MS) / 1000)) },
  }));
  return lane.other(LANE).putAll(items);
}

/** Deletes the list of the events that a batch has, so that they can be sent in another batch. */
export function deleteBatchEvents(
  lane: Lane,
  batchId: string,
  keys: readonly string[],
): Promise<void> {
  return lane.other(LANE).deleteAll(byMinute(keys).map(([minute]) => `${minute}#${batchId}`));
}

/** Returns the ids of what batches have of the minutes in which some events were published. */
export async function readBatchEvents(
  lane: Lane,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const inBatches = new Set<string>();
  for (const [minute] of byMinute(keys)) {
    const range = { from: `${minute}#`, to: `${minute}$`, attributes: ["keys"] };
    for (const item of await lane.other(LANE).read(range))
      for (const key of unpackKeys(item["keys"]?.B)) inBatches.add(idIn(key));
  }
  return inBatches;
}
