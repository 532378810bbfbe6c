import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import type { Destination } from "../destinations/destination.ts";
import { readBatchEvents } from "./batch-events.ts";
import { type Entry, idIn } from "./entry.ts";
import { isOrderedLane, SHARED_LANES, sharedLane } from "./lane.ts";
import { type LaneContent, readLane } from "./read-lane.ts";
import type { Lane } from "./store.ts";

/** What dividing lanes needs. */
export interface CutDependencies {
  /** The table of the outbox. */
  readonly table: TableAccess;
  /** Returns whether the log of attempts shows an event as delivered to a destination. */
  readonly isDelivered: (webhookId: string, destination: string) => Promise<boolean>;
  readonly nowMs: () => number;
  /** Returns an id that no other batch has. */
  readonly newId: () => string;
}

/** A lane of a destination, and the content of it that was read. */
interface Waiting {
  readonly destination: Destination;
  readonly lane: Lane;
  readonly content: LaneContent;
}

/**
 * Entries in two groups: those to send, and those whose event is sent by another entry or batch.
 */
interface Divided {
  readonly entries: readonly Entry[];
  readonly repeated: readonly Entry[];
  /** Other lanes, in which the events of repeated ones wait. */
  readonly lanes: readonly string[];
}

/**
 * Finds the entries whose event also waits in another entry, or is in a batch already. It checks
 * only entries that may have been added before: first whether their event waits, then whether a
 * batch has it. In this order, an event that moves from a lane to a batch meanwhile is always
 * found. It deletes nothing: another function may put one of the entries into a batch at this
 * moment.
 *
 * @param maxEntries Entries after which the others are left out.
 */
export async function withoutRepeated(
  waiting: Waiting,
  maxEntries: number,
  { isDelivered }: CutDependencies,
): Promise<Divided> {
  const { destination, lane, content } = waiting;
  if (destination.batchEvents === undefined) return undelivered(waiting, maxEntries, isDelivered);
  const entries = content.entries.slice(0, maxEntries);
  const again = entries.filter(({ isAgain }) => isAgain);
  if (again.length === 0) return { entries, repeated: [], lanes: [] };
  const counting = await countingEntries(lane, content);
  const keys = again.flatMap((entry) => entry.keys);
  const inBatches = await readBatchEvents(lane, keys);
  const lanes = new Set<string>();
  const repeated = again.filter(({ item, keys: [key = ""] }) => {
    const id = idIn(key);
    const first = counting.get(id);
    if (first === undefined || first.item === item) return inBatches.has(id);
    if (first.lane !== lane.name) lanes.add(first.lane);
    return true;
  });
  return {
    entries: entries.filter((entry) => !repeated.includes(entry)),
    repeated,
    lanes: [...lanes],
  };
}

/** Asks the log of attempts, one entry after the other, until there are enough. */
async function undelivered(
  { content, destination: { id } }: Waiting,
  maxEntries: number,
  isDelivered: CutDependencies["isDelivered"],
): Promise<Divided> {
  const entries: Entry[] = [];
  const repeated: Entry[] = [];
  for (const entry of content.entries) {
    if (entries.length >= maxEntries) break;
    const { isAgain, webhookId = "" } = entry;
    (isAgain && (await isDelivered(webhookId, id)) ? repeated : entries).push(entry);
  }
  return { entries, repeated, lanes: [] };
}

/** Where the entry is that counts for an event. */
interface EntryKey {
  readonly lane: string;
  readonly item: string;
}

/** Enough to find an event that was added a moment ago, in any lane. */
const MAX_ENTRIES = 20_000;

/**
 * Returns which entry counts for each waiting event of a destination, by the event's id: an entry
 * that was added for the first time, otherwise the first of the repeated ones. In the lane of a
 * node, an event that is there twice is one entry.
 */
async function countingEntries(
  own: Lane,
  content: LaneContent,
): Promise<ReadonlyMap<string, EntryKey>> {
  const first: [string, EntryKey][] = [];
  const again: [string, EntryKey][] = [];
  for (let index = 0; index < SHARED_LANES && !isOrderedLane(own.name); index += 1) {
    const lane = sharedLane(index);
    const reading = { afterMs: 0, maxEntries: MAX_ENTRIES };
    const { entries, inBatches } =
      lane === own.name ? content : await readLane(own.other(lane), reading);
    for (const { item, keys, isAgain } of [...entries, ...inBatches])
      for (const key of keys) (isAgain ? again : first).push([idIn(key), { lane, item }]);
  }
  // Of several with the same id, the last one in this list counts.
  return new Map([...again.toReversed(), ...first]);
}
