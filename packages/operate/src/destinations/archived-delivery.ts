import { hourOf } from "@rainhooks/archive";
import { counted, type Delivery, HOUR_MS, MINUTE_MS, RainhooksError } from "@rainhooks/core";
import type { Attempt } from "@rainhooks/forwarding";
import type { ReachedStage } from "@rainhooks/stage";
import { reachedArchive } from "../stage/archive.ts";
import { findDelivery } from "../trace/find-delivery.ts";

/** How long after its publication a delivery is looked for: it can have waited in a queue. */
const LOOK_FOR_MS = 6 * HOUR_MS;
/** After this time, a delivery that waited nowhere is in the archive: Firehose collects deliveries for up to five minutes. */
const ARCHIVED_AFTER_MS = 10 * MINUTE_MS;

/**
 * Refuses an attempt for a batch, whose events are sent again only together, or by a recovery.
 *
 * @throws {RainhooksError} `input-invalid`.
 */
export function refuseBatch({
  events,
  destination,
}: Pick<Attempt, "destination"> & { readonly events?: number | undefined }): void {
  if (events === undefined) return;
  throw new RainhooksError(
    "input-invalid",
    `This attempt was for ${counted(events, "event")} in one request. They come again together if they are redriven from the dead-letter queue of retries.`,
    {
      hint: {
        to: "Send what it has not got of a time",
        command: `destinations recover ${destination} --from 1h`,
      },
    },
  );
}

/**
 * Finds the delivery of an attempt in the archive, for the log of attempts has no bodies.
 *
 * @throws {RainhooksError} `not-found` if it is not there, or not yet.
 */
export async function archivedDelivery(
  reached: ReachedStage,
  { deliveryId, publishedMs }: Pick<Attempt, "deliveryId" | "publishedMs">,
  signal?: AbortSignal,
): Promise<Delivery> {
  const hours = { first: hourOf(publishedMs), last: hourOf(publishedMs + LOOK_FOR_MS - 1), late: [] };
  const { found } = await findDelivery(reachedArchive(reached), hours, deliveryId, signal);
  if (found !== undefined) return found.delivery;
  const untilMs = publishedMs + ARCHIVED_AFTER_MS;
  const reason =
    Date.now() < untilMs
      ? `is not in the archive yet: it collects deliveries for some minutes. Try again after ${new Date(untilMs).toISOString()}.`
      : "is not in the archive.";
  throw new RainhooksError("not-found", `The event's delivery ${deliveryId} ${reason}`);
}
