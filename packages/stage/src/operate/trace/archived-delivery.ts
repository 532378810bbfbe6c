import { hourOf } from "@rainhooks/archive/hour";
import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import type { Archive } from "@rainhooks/archive/objects";
import { readHours } from "@rainhooks/archive/read/read-hours";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { notFound } from "@rainhooks/core/errors";
import type { StageAccess } from "../../stage-access.ts";
import { stageArchive } from "../stage/archive.ts";

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

/** How long after its publication a delivery is looked for: it can have waited in a queue. */
const LOOK_FOR_MS = 6 * HOUR_MS;
/**
 * After this time, a delivery that waited nowhere is in the archive: Firehose collects deliveries
 * for up to five minutes.
 */
const ARCHIVED_AFTER_MS = 10 * MINUTE_MS;

/**
 * Finds a delivery in the archive by its id and the time of its publishing.
 *
 * @throws {RainhooksError} `not-found` if it is not there, or not yet.
 */
export async function archivedDelivery(
  access: StageAccess,
  { deliveryId, publishedMs }: { readonly deliveryId: string; readonly publishedMs: number },
  signal?: AbortSignal,
): Promise<Delivery> {
  const hours = {
    first: hourOf(publishedMs),
    last: hourOf(publishedMs + LOOK_FOR_MS - 1),
    late: [],
  };
  const { found } = await findDelivery(stageArchive(access), hours, deliveryId, signal);
  if (found !== undefined) return found.delivery;
  const untilMs = publishedMs + ARCHIVED_AFTER_MS;
  const reason =
    Date.now() < untilMs
      ? `is not in the archive yet: it collects deliveries for some minutes. Try again after ${new Date(untilMs).toISOString()}.`
      : "is not in the archive.";
  throw notFound(`The event's delivery ${deliveryId} ${reason}`);
}
