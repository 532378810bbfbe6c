import type { Destination } from "../destinations/destination.ts";
import type { CutParts } from "./cut-parts.ts";
import type { Entry } from "./entry.ts";
import { isOrderedLane, ownerOf, partitionOf, SHARED_LANES, sharedLane } from "./lane.ts";
import { type LaneContent, readLane } from "./read-lane.ts";
import { readTaken } from "./taken.ts";

/** Where entries wait, and what else is there. */
interface Waiting {
  readonly destination: Destination;
  readonly lane: string;
  readonly content: LaneContent;
}

/**
 * Returns the keys of entries whose event waits elsewhere, or is in a batch already. Only entries that may have been put there before are looked at:
 * first whether their event waits, then whether a batch has taken it. So it cannot slip through in between.
 */
export async function repeatedEntries(
  waiting: readonly Entry[],
  where: Waiting,
  parts: CutParts,
): Promise<ReadonlySet<string>> {
  const asked = waiting.filter(({ isAgain }) => isAgain);
  if (asked.length === 0) return new Set();
  const { destination, lane } = where;
  if (destination.batchEvents === undefined) return deliveredEntries(asked, destination, parts);
  // In the lane of a node, an event that is there twice is one entry.
  const others = isOrderedLane(lane) ? new Map<string, string>() : await keptElsewhere(where, parts);
  const repeated = asked.filter(({ item, keys: [key] }) => {
    const first = key === undefined ? undefined : others.get(key.id);
    return first !== undefined && first !== item;
  });
  const taken = await readTaken(
    parts.table,
    ownerOf(destination),
    asked.flatMap(({ keys }) => keys),
  );
  const known = asked.filter(({ keys: [key] }) => key !== undefined && taken.has(key.id));
  return new Set([...repeated, ...known].map(({ item }) => item));
}

async function deliveredEntries(
  entries: readonly Entry[],
  { id }: Destination,
  { isDelivered }: CutParts,
): Promise<ReadonlySet<string>> {
  const delivered = new Set<string>();
  for (const { item, webhookId } of entries)
    if (webhookId !== undefined && (await isDelivered(webhookId, id))) delivered.add(item);
  return delivered;
}

/**
 * Returns in which entry each event of a destination is kept, by its id: in one that was put there for the first time, else in the first one. Entries of
 * batches in the dead-letter queue do not count.
 */
async function keptElsewhere(
  { destination, lane, content }: Waiting,
  { table }: CutParts,
): Promise<ReadonlyMap<string, string>> {
  const all: Entry[] = [];
  for (let index = 0; index < SHARED_LANES; index += 1) {
    const other = sharedLane(index);
    const read =
      other === lane ? content : await readLane(table, partitionOf(ownerOf(destination), other), false);
    const dead = new Set(read.batches.flatMap((one) => (one.isDead ? one.entries : [])));
    all.push(...read.entries.filter(({ item }) => !dead.has(item)));
  }
  const placesOf = (entries: readonly Entry[]) =>
    entries.flatMap(({ item, keys }) => keys.map(({ id }) => [id, item] as const));
  const again = placesOf(all.filter(({ isAgain }) => isAgain));
  const first = placesOf(all.filter(({ isAgain }) => !isAgain));
  // Of several with the same id, the last one in this list counts.
  return new Map([...again.toReversed(), ...first]);
}
