import { hourOf, startOf } from "@rainhooks/archive/hour";
import { type Archive, type ArchivedObject, listObjects } from "@rainhooks/archive/objects";
import { readObjectLines } from "@rainhooks/archive/read/object-lines";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { HOUR_MS } from "@rainhooks/core/durations";

/**
 * Where a search goes on: in an hour of arrival, at an object, after some of its deliveries. It is plain
 * data.
 */
export interface RecentCursor {
  readonly hourMs: number;
  /** Name of the object, without its folder; empty for the newest of the hour. */
  readonly object: string;
  /** Number of wanted deliveries of the object that were returned already. */
  readonly skip: number;
}

/** Which deliveries to look for in an archive, and how far. */
export interface RecentOptions {
  readonly wanted: (delivery: Delivery) => boolean;
  /** Number of deliveries to find. */
  readonly limit: number;
  /**
   * Where to begin: deliveries that arrived up to the hour of this time, epoch milliseconds, or where the
   * search before ended.
   */
  readonly from: number | RecentCursor;
  /** Maximum hours of arrival to search. */
  readonly maxHours: number;
  /** Maximum bytes of objects to read. An object that was begun is read to its end. */
  readonly maxBytes: number;
}

/** What was found, and where it was looked for. */
export interface RecentDeliveries {
  /** Newest first. */
  readonly deliveries: readonly Delivery[];
  /** Back to which time everything was searched, epoch milliseconds. */
  readonly fromMs: number;
  /** Number of deliveries that were read. */
  readonly read: number;
  /** Where a further search goes on. */
  readonly next: RecentCursor;
}

/**
 * Finds the newest deliveries of an archive that are wanted: hour by hour, and object by object, back from a
 * time.
 */
export async function recentDeliveries(archive: Archive, options: RecentOptions): Promise<RecentDeliveries> {
  const { wanted, limit, from, maxHours, maxBytes } = options;
  let next: RecentCursor =
    typeof from === "number" ? { hourMs: startOf(hourOf(from)), object: "", skip: 0 } : from;
  const found: Delivery[] = [];
  let [read, bytes] = [0, 0];
  const end = (fromMs: number): RecentDeliveries => ({ deliveries: newest(found), fromMs, read, next });
  for (let hours = 0; hours < maxHours; hours += 1) {
    const { hourMs } = next;
    for (const object of await objectsFrom(archive, next)) {
      const name = nameOf(object);
      const skip = name === next.object ? next.skip : 0;
      next = { hourMs, object: name, skip };
      if (bytes >= maxBytes) return end(hourMs + HOUR_MS);
      bytes += object.bytes;
      const all = await deliveriesIn(archive, object);
      read += all.length;
      const taken = newest(all.filter(wanted)).slice(skip, skip + limit - found.length);
      found.push(...taken);
      next = { hourMs, object: name, skip: skip + taken.length };
      if (found.length >= limit) return end(Math.min(...found.map(({ sentAtMs }) => sentAtMs)));
    }
    next = { hourMs: hourMs - HOUR_MS, object: "", skip: 0 };
  }
  return end(next.hourMs + HOUR_MS);
}

async function deliveriesIn(archive: Archive, { key }: ArchivedObject): Promise<Delivery[]> {
  const all: Delivery[] = [];
  for await (const { deliveries } of readObjectLines(archive, key))
    all.push(...deliveries.map(({ delivery }) => delivery));
  return all;
}

function newest(deliveries: readonly Delivery[]): Delivery[] {
  return deliveries.toSorted((one, other) => other.sentAtMs - one.sentAtMs);
}

function nameOf({ key }: ArchivedObject): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/** Lists the objects of an hour at which a search goes on; of each folder, the last one comes first. */
async function objectsFrom(
  archive: Archive,
  { hourMs, object: from }: RecentCursor,
): Promise<ArchivedObject[]> {
  const objects: ArchivedObject[] = [];
  for await (const object of listObjects(archive, { fromMs: hourMs, toMs: hourMs + HOUR_MS }))
    if (from === "" || nameOf(object) <= from) objects.push(object);
  return objects.sort((one, other) => (nameOf(one) < nameOf(other) ? 1 : -1));
}
