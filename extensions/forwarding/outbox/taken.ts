import { type EventKey, OUTBOX_KEEP_MS, packKeys, timeText, unpackKeys } from "./entry.ts";
import type { OutboxTable } from "./store.ts";

/** The lane with the events that batches of a destination have taken. */
function takenLane(owner: string): string {
  return `${owner}#taken`;
}

function byMinute(keys: readonly EventKey[]): Map<number, EventKey[]> {
  return Map.groupBy(keys, ({ minute }) => minute);
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
  const items = [...byMinute(keys)].map(([minute, some]) => ({
    item: { S: `${timeText(minute)}#${batchId}` },
    keys: { B: packKeys(some) },
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
  const items = [...byMinute(keys).keys()].map((minute) => `${timeText(minute)}#${batchId}`);
  await table.deleteAll(takenLane(owner), items);
}

/** Returns the ids of the given events that a batch has taken. */
export async function readBatchEvents(
  table: OutboxTable,
  owner: string,
  keys: readonly EventKey[],
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (const [minute, some] of byMinute(keys)) {
    const text = timeText(minute);
    const range = { from: `${text}#`, to: `${text}$`, attributes: ["keys"] };
    const { items } = await table.read(takenLane(owner), range);
    const ids = new Set(items.flatMap((item) => unpackKeys(item["keys"]?.B).map(({ id }) => id)));
    for (const { id } of some) if (ids.has(id)) taken.add(id);
  }
  return taken;
}
