import {
  type Archive,
  type ArchivedObject,
  hourOf,
  listObjects,
  readObjectLines,
  startOf,
} from "@rainhooks/archive";
import { type Delivery, HOUR_MS } from "@rainhooks/core";

/** Which deliveries to look for in an archive, and how far. */
export interface RecentOptions {
  readonly wanted: (delivery: Delivery) => boolean;
  /** Number of deliveries to find. */
  readonly limit: number;
  /** End of the search, epoch milliseconds: deliveries that arrived up to the hour of this time. */
  readonly toMs: number;
  /** Maximum hours of arrival to search. */
  readonly maxHours: number;
  /** Maximum bytes of objects to read. An object that was begun is read to its end. */
  readonly maxBytes: number;
}

/** What was found, and where it was looked for. */
export interface RecentDeliveries {
  /** Newest first. */
  readonly deliveries: readonly Delivery[];
  /** Beginning of the earliest hour that was searched, epoch milliseconds. */
  readonly fromMs: number;
  /** Number of deliveries that were read. */
  readonly read: number;
}

/** Finds the newest deliveries of an archive that are wanted: hour by hour, and object by object, back from a time. */
export async function recentDeliveries(archive: Archive, options: RecentOptions): Promise<RecentDeliveries> {
  const { wanted, limit, toMs, maxHours, maxBytes } = options;
  const found: Delivery[] = [];
  let [fromMs, read, bytes] = [startOf(hourOf(toMs)), 0, 0];
  for (let hours = 0; hours < maxHours; hours += 1) {
    fromMs = startOf(hourOf(toMs)) - hours * HOUR_MS;
    for (const object of await newestFirst(archive, fromMs)) {
      if (found.length >= limit || bytes >= maxBytes) break;
      bytes += object.bytes;
      for await (const { deliveries } of readObjectLines(archive, object.key)) {
        read += deliveries.length;
        found.push(...deliveries.map(({ delivery }) => delivery).filter(wanted));
      }
    }
    if (found.length >= limit || bytes >= maxBytes) break;
  }
  const newest = found.toSorted((one, other) => other.sentAtMs - one.sentAtMs);
  return { deliveries: newest.slice(0, limit), fromMs, read };
}

/** Lists the objects of an hour; of each folder, the last one comes first. */
async function newestFirst(archive: Archive, hourMs: number): Promise<ArchivedObject[]> {
  const objects: ArchivedObject[] = [];
  for await (const object of listObjects(archive, { fromMs: hourMs, toMs: hourMs + HOUR_MS }))
    objects.push(object);
  const nameOf = ({ key }: ArchivedObject) => key.slice(key.lastIndexOf("/") + 1);
  return objects.sort((one, other) => (nameOf(one) < nameOf(other) ? 1 : -1));
}
