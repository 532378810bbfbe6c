import { countText } from "@rainhooks/core/counted";
import { RainhooksError } from "@rainhooks/core/errors";
import { archivedDelivery } from "@rainhooks/stage/operate/trace/archived-delivery";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { Attempt } from "../attempts/attempt.ts";
import { isTest } from "../worker/refuse.ts";
import { forwardingOf, requireDestination } from "./forwarding-of.ts";
import { sendAndWait } from "./send-and-wait.ts";

/**
 * Sends the event of an attempt to its destination once more, and returns the outcome. The retry schedule
 * starts again.
 *
 * @param waitMs Maximum time until the attempt is in the log.
 * @throws {RainhooksError} `input-invalid` for a test or a batch, `event-refused` if the destination gets no
 * events, `not-found` if the archive lacks the event, `stage-failed` if there is no attempt in time.
 */
export async function retryAttempt(
  reached: StageAccess,
  attempt: Pick<Attempt, "webhookId" | "destination" | "deliveryId" | "publishedMs"> & {
    readonly events?: number | undefined;
  },
  waitMs: number,
): Promise<Attempt> {
  const forwarding = forwardingOf(reached);
  const { webhookId, destination } = attempt;
  if (isTest(webhookId))
    throw new RainhooksError("input-invalid", "This was a test, whose event is not kept.", {
      hint: { to: "Test again", command: `destinations test ${destination}` },
    });
  refuseBatch(attempt);
  const found = await requireDestination(forwarding, destination);
  if (found.state !== "active")
    throw new RainhooksError(
      "event-refused",
      `Destination ${destination} is ${found.state}, so it gets no events.`,
      { hint: { to: "Resume it first", command: `destinations resume ${destination}` } },
    );
  const delivery = await archivedDelivery(reached, attempt);
  return sendAndWait(forwarding, found, { webhookId, delivery }, { sqs: reached.clients.sqs, waitMs });
}

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
    `This attempt was for ${countText(events, "event")} in one request. They come again together if they are redriven from the dead-letter queue of retries.`,
    {
      hint: {
        to: "Send what it has not got of a time",
        command: `destinations recover ${destination} --from 1h`,
      },
    },
  );
}
