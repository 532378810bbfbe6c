import { listObjects, readObject } from "@rainhooks/archive";
import { type Delivery, HOUR_MS, MINUTE_MS, RainhooksError } from "@rainhooks/core";
import type { Attempt } from "@rainhooks/forwarding";
import { formatTime } from "@rainhooks/terminal";
import { archiveOf } from "../archive/archive-of.ts";
import type { ReachedStage } from "../reach/stage.ts";

/** How long after its publication a delivery is looked for: it can have waited in a queue. */
const LOOK_FOR_MS = 6 * HOUR_MS;
/** After this time, a delivery that waited nowhere is in the archive: Firehose collects deliveries for up to five minutes. */
const ARCHIVED_AFTER_MS = 10 * MINUTE_MS;

/**
 * Finds the delivery of an attempt in the archive, for the log of attempts has no bodies.
 *
 * @throws {RainhooksError} `not-found` if it is not there, or not yet.
 */
export async function findDelivery(
  reached: ReachedStage,
  { deliveryId, publishedMs }: Pick<Attempt, "deliveryId" | "publishedMs">,
): Promise<Delivery> {
  const archive = { client: reached.clients.s3, bucket: archiveOf(reached).bucket };
  const hours = { fromMs: publishedMs, toMs: publishedMs + LOOK_FOR_MS };
  for await (const { key } of listObjects(archive, hours)) {
    const found = (await readObject(archive, key)).find(({ id }) => id === deliveryId);
    if (found !== undefined) return found;
  }
  const untilMs = publishedMs + ARCHIVED_AFTER_MS;
  const reason =
    Date.now() < untilMs
      ? `is not in the archive yet: it collects deliveries for some minutes. Try again after ${formatTime(untilMs)} (UTC).`
      : "is not in the archive.";
  throw new RainhooksError("not-found", `The event's delivery ${deliveryId} ${reason}`);
}
