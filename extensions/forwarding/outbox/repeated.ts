import type { Destination } from "../destinations/destination.ts";
import type { CutDependencies } from "./cut-dependencies.ts";
import type { Entry } from "./entry.ts";
import { isOrderedLane, ownerOf, partitionOf, SHARED_LANES, sharedLane } from "./lane.ts";
import { type LaneContent, readLane } from "./read-lane.ts";
import { readBatchEvents } from "./taken.ts";

/** A lane of a destination, and its content. */
interface Waiting {
  readonly request: { readonly destination: Destination; readonly lane: string };
  readonly content: LaneContent;
}

/** Entries in two groups: those to send, and those whose event is sent by another entry or batch. */
interface Divided {
  readonly entries: readonly Entry[];
  readonly repeated: readonly Entry[];
  /** Lanes in which the events of repeated ones wait. */
  readonly lanes: readonly string[];
}

/**
 * Finds the entries whose event also waits in another entry, or is in a batch already. It checks only entries
 * that may have been added before: first whether their event waits, then whether a batch has taken it. In
 * this order, an event that moves from a lane to a batch meanwhile is always found. It deletes nothing:
 * another function may put one of the entries into a batch at this moment.
 *
 * @param maxEntries Entries to send after which the others are left out.
 */
export async function withoutRepeated(
  waiting: readonly Entry[],
  maxEntries: number,
  where: Waiting,
  dependencies: CutDependencies,
): Promise<Divided> {
  const { destination } = where.request;
  if (waiting.every(({ isAgain }) => !isAgain)) return { entries: waiting, repeated: [], lanes: [] };
  if (destination.batchEvents === undefined)
    return undelivered(waiting, maxEntries, destination, dependencies);
  const asked = waiting.filter(({ isAgain }) => isAgain);
  // In the lane of a node, an event that is there twice is one entry.
  const others = isOrderedLane(where.request.lane)
    ? new Map<string, EntryKey>()
    : await countingEntries(where, dependencies);
  const countingOf = ({ keys: [key] }: Entry) => (key === undefined ? undefined : others.get(key.id));
  const keys = asked.flatMap((one) => one.keys);
  const taken = await readBatchEvents(dependencies.table, ownerOf(destination), keys);
  const repeated = asked.filter((one) => {
    const counting = countingOf(one);
    const [key] = one.keys;
    return (counting !== undefined && counting.item !== one.item) || (key !== undefined && taken.has(key.id));
  });
  const gone = new Set(repeated);
  const lanes = new Set(repeated.flatMap((one) => countingOf(one)?.lane ?? []));
  lanes.delete(where.request.lane);
  return { entries: waiting.filter((one) => !gone.has(one)), repeated, lanes: [...lanes] };
}

/** Asks the log of attempts, one entry after the other, until there are enough. */
async function undelivered(
  waiting: readonly Entry[],
  maxEntries: number,
  { id }: Destination,
  { isDelivered }: CutDependencies,
): Promise<Divided> {
  const entries: Entry[] = [];
  const repeated: Entry[] = [];
  for (const one of waiting) {
    if (entries.length >= maxEntries) break;
    const { isAgain, webhookId } = one;
    const isSent = isAgain && webhookId !== undefined && (await isDelivered(webhookId, id));
    (isSent ? repeated : entries).push(one);
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
 * Returns which entry counts for each waiting event of a destination, by the event's id: an entry that was
 * added for the first time, otherwise the first of the repeated ones.
 */
async function countingEntries(
  { request: { destination, lane }, content }: Waiting,
  { table }: CutDependencies,
): Promise<ReadonlyMap<string, EntryKey>> {
  const first: (readonly [string, EntryKey])[] = [];
  const again: (readonly [string, EntryKey])[] = [];
  for (let index = 0; index < SHARED_LANES; index += 1) {
    const other = sharedLane(index);
    const partition = partitionOf(ownerOf(destination), other);
    const { entries, inBatches } =
      other === lane ? content : await readLane(table, partition, { maxEntries: MAX_ENTRIES });
    for (const { item, keys, isAgain } of [...entries, ...inBatches])
      for (const { id } of keys) (isAgain ? again : first).push([id, { lane: other, item }]);
  }
  // Of several with the same id, the last one in this list counts.
  return new Map([...again.toReversed(), ...first]);
}
