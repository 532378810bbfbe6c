import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import { readHours } from "@rainhooks/archive/read/read-hours";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";

/** A delivery, and where in the archive it is. */
export interface TracedDelivery {
  readonly delivery: Delivery;
  readonly key: string;
  readonly line: number;
}

/** The result of a search. */
export interface Search {
  readonly found: TracedDelivery | undefined;
  /** Number of deliveries that were read. */
  readonly read: number;
}

/**
 * Searches the archive for a delivery.
 *
 * @param id Its id, or the start of it.
 * @param signal Ends the search with an exception.
 */
export async function findDelivery(
  archive: Archive,
  hours: HoursToRead,
  id: string,
  signal?: AbortSignal,
): Promise<Search> {
  let read = 0;
  const wants = (line: string) => line.includes(id);
  for await (const { key, deliveries, skipped = 0 } of readHours(archive, hours, { wants })) {
    signal?.throwIfAborted();
    const match = deliveries.find(({ delivery }) => delivery.id.startsWith(id));
    read += deliveries.length + skipped;
    if (match !== undefined) return { found: { ...match, key }, read };
  }
  return { found: undefined, read };
}
