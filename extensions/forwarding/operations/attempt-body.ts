import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { wrongInput } from "@rainhooks/core/errors";
import { eventOf } from "@rainhooks/core/event-of";
import { sampleBody } from "@rainhooks/stage/operate/sample";
import { archivedDelivery } from "@rainhooks/stage/operate/trace/archived-delivery";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { Attempt } from "../attempts/attempt.ts";
import { type BodySettings, bodyOptions, requestBody } from "../bodies/body.ts";
import { isTest } from "../worker/refuse.ts";
import { forwardingOf, requireDestination } from "./forwarding-of.ts";
import { refuseBatch } from "./retry-attempt.ts";
import { deliveryOf } from "./test-destination.ts";

/**
 * Makes the body that the sample of an event would have.
 *
 * @param event Its type, with or without prefix.
 * @throws {RainhooksError} `input-invalid` for a template that cannot be used.
 */
export async function sampleRequest(event: string, settings: BodySettings): Promise<string> {
  const delivery = deliveryOf(await sampleBody(eventOf(event), { node: undefined, data: {} }));
  return bodyOf(delivery, "msg_sample", settings);
}

/**
 * Makes the body of an attempt again, of the event in the archive, in the format that its destination has
 * now: the log of attempts has no bodies.
 *
 * @throws {RainhooksError} `not-found` if the archive lacks the event, or the destination was removed;
 * `input-invalid` for a test or a batch.
 */
export async function attemptBody(
  stage: StageAccess,
  attempt: Parameters<typeof refuseBatch>[0] & Pick<Attempt, "webhookId" | "deliveryId" | "publishedMs">,
  signal?: AbortSignal,
): Promise<string> {
  const { webhookId, destination } = attempt;
  if (isTest(webhookId)) throw wrongInput("The events of tests are not kept.");
  refuseBatch(attempt);
  const settings = await requireDestination(forwardingOf(stage), destination);
  return bodyOf(await archivedDelivery(stage, attempt, signal), webhookId, settings);
}

function bodyOf(delivery: Delivery, webhookId: string, settings: BodySettings): string {
  const decoded = decode(delivery);
  if (decoded.kind !== "event") throw wrongInput("The event cannot be decoded any more.");
  return requestBody({ delivery, event: decoded.event, webhookId }, bodyOptions(settings)).body;
}
