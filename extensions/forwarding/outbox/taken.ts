import { type EventKey, OUTBOX_KEEP_MS, packKeys, timeText, unpackKeys } from "./entry.ts";
import type { OutboxTable } from "./store.ts";

/** The lane with the events that batches of a destination have taken. */
function takenLane(owner: string): string {
  return `${owner}#taken`;
}

function byMinute(keys: readonly EventKey[]): [minute: string, keys: EventKey[]][] {
  return [...Map.groupBy(keys, ({ minute }) => timeText(minute))];
}

/**
 * Stores which events a batch has taken: an item for each minute in which some of them were published. A
 * repeated event is found there.
 */
export async function storeBatchEvents(
  table: OutboxTable,
  owner: string,
  batchId: string,
  keys: readonly EventKey[],
  nowMs: number,
): Promise<void> {
  const items = byMinute(keys).map(([minute, ofMinute]) => ({
    item: { S: `${minute}#${batchId}` },
    keys: { B: packKeys(ofMinute) },
    expiresAtS: { N: String(Math.ceil((nowMs + OUTBOX_KEEP_MS) / 1000)) },
  }));
  await table.putAll(takenLane(owner), items);
}

/** Deletes the list of the events that a batch has taken, so that they can be sent in another batch. */
export async function deleteBatchEvents(
  table: OutboxTable,
  owner: string,
  batchId: string,
  keys: readonly EventKey[],
): Promise<void> {
  const items = byMinute(keys).map(([minute]) => `${minute}#${batchId}`);
  await table.deleteAll(takenLane(owner), items);
}

/** Returns the ids of what batches have taken of the minutes in which some events were published. */
export async function readBatchEvents(
  table: OutboxTable,
  owner: string,
  keys: readonly EventKey[],
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (const [minute] of byMinute(keys)) {
    const range = { from: `${minute}#`, to: `${minute}$`, attributes: ["keys"] };
    const { items } = await table.read(takenLane(owner), range);
    for (const item of items) for (const { id } of unpackKeys(item["keys"]?.B)) taken.add(id);
  }
  return taken;
}
