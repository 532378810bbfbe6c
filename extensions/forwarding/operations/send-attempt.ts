import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { catalogEntry, type EventType } from "@rainhooks/core/catalog";
import { mapLimited } from "@rainhooks/core/collections";
import { countText } from "@rainhooks/core/count-text";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { SECOND_MS } from "@rainhooks/core/durations";
import { type Hint, notFound, RainhooksError, wrongInput } from "@rainhooks/core/errors";
import { eventOf } from "@rainhooks/core/event-of";
import type { EventChanges } from "@rainhooks/core/present-event";
import { readOutgoingEvents } from "@rainhooks/stage/operate/events/read-outgoing";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { sampleBody } from "@rainhooks/stage/operate/sample";
import { archivedDelivery } from "@rainhooks/stage/operate/trace/archived-delivery";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { type Attempt, attemptId } from "../attempts/attempt.ts";
import { attemptsOfEvent, readAttempt } from "../attempts/read-attempts.ts";
import { type BodySettings, requestBody } from "../bodies/body.ts";
import type { Destination } from "../destinations/destination.ts";
import { requireDestination } from "../destinations/store.ts";
import type { EventMessage } from "../messages/attempt-message.ts";
import { sendAttempts } from "../messages/send-attempts.ts";
import { isTest, TEST_PREFIX } from "../worker/refuse.ts";
import { ATTEMPTS_WORKER, type Forwarding, forwardingOf, requireActive } from "./forwarding-of.ts";

const LOOK_EVERY_MS = 500;

/**
 * Sends the sample of an event to a destination, by the same way as any event, and returns what
 * came of it.
 *
 * @param type Its default is the first type that the destination wants.
 * @param waitMs Maximum time until the attempt is in the log.
 * @throws {RainhooksError} `not-found` if there is no such destination, `stage-failed` if there is
 * no attempt in time.
 */
export async function testDestination(
  access: StageAccess,
  id: string,
  type: EventType | undefined,
  changes: EventChanges,
  waitMs: number,
): Promise<Attempt> {
  const forwarding = forwardingOf(access);
  const destination = await requireDestination(forwarding.table, id);
  const [first = "rmaker.event.alert"] = destination.events === "all" ? [] : destination.events;
  const delivery = deliveryOf(await sampleBody(type ?? first, changes));
  const event = { webhookId: newTestId(), delivery };
  return sendAndWait(forwarding, destination, event, { sqs: access.clients.sqs, waitMs });
}

/** What came of an attempt that was made again. */
export interface RetriedAttempt {
  /** The id of the attempt that was asked for. */
  readonly id: string;
  /** The attempt that was made. */
  readonly attempt?: Attempt;
  /** Why none was made. */
  readonly refusal?: string;
}

const RETRIES_AT_ONCE = 8;

/**
 * Sends the events of attempts to their destinations once more, some at a time, and returns what
 * came of them. An attempt that cannot be made again does not hold up the others.
 *
 * @param waitMs Maximum time until an attempt is in the log.
 * @throws {RainhooksError} for a single one, as {@link retryAttempt} says.
 */
export async function retryAttempts(
  access: StageAccess,
  ids: readonly string[],
  waitMs: number,
  { signal, onProgress }: OperationOptions = {},
): Promise<readonly RetriedAttempt[]> {
  let done = 0;
  return mapLimited(ids, RETRIES_AT_ONCE, async (id): Promise<RetriedAttempt> => {
    signal?.throwIfAborted();
    try {
      return { id, attempt: await retryAttempt(access, id, waitMs) };
    } catch (error) {
      if (ids.length === 1 || !(error instanceof RainhooksError)) throw error;
      return { id, refusal: error.message };
    } finally {
      done += 1;
      onProgress?.({ step: "change", done, of: ids.length });
    }
  });
}

/**
 * Sends the event of an attempt to its destination once more, and returns the outcome. The retry
 * schedule starts again.
 *
 * @param waitMs Maximum time until the attempt is in the log.
 * @throws {RainhooksError} `input-invalid` for a test or a batch, `event-refused` if the
 * destination gets no events, `not-found` if the archive lacks the event, `stage-failed` if there
 * is no attempt in time.
 */
async function retryAttempt(access: StageAccess, id: string, waitMs: number): Promise<Attempt> {
  const forwarding = forwardingOf(access);
  const attempt = await readRepeatable(forwarding, id);
  const destination = await requireActive(forwarding, attempt.destination);
  const { webhookId } = attempt;
  const delivery = await archivedDelivery(access, attempt);
  const options = { sqs: access.clients.sqs, waitMs };
  return sendAndWait(forwarding, destination, { webhookId, delivery }, options);
}

/**
 * Makes the body of an attempt again, of the event in the archive, in the format that its
 * destination has now: the log of attempts has no bodies.
 *
 * @throws {RainhooksError} `not-found` if the archive lacks the event, or the destination was
 * removed; `input-invalid` for a test or a batch.
 */
export async function attemptBody(
  access: StageAccess,
  id: string,
  signal?: AbortSignal,
): Promise<string> {
  const forwarding = forwardingOf(access);
  const attempt = await readRepeatable(forwarding, id);
  const settings = await requireDestination(forwarding.table, attempt.destination);
  return bodyOf(await archivedDelivery(access, attempt, signal), attempt.webhookId, settings);
}

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

function bodyOf(delivery: Delivery, webhookId: string, settings: BodySettings): string {
  const decoded = decode(delivery);
  if (decoded.kind !== "event") throw wrongInput("The event cannot be decoded any more.");
  return requestBody({ delivery, event: decoded.event, webhookId }, settings).body;
}

/**
 * Reads an attempt of one event, which is in the archive: that of a test is not, and those of a
 * batch are sent again from the dead-letter queue, or by a recovery.
 */
async function readRepeatable({ log }: Forwarding, id: string): Promise<Attempt> {
  const attempt = await readAttempt(log, id);
  if (attempt === undefined)
    throw notFound(`There is no attempt ${id}. Attempts are kept for 30 days.`);
  const { webhookId, destination, events } = attempt;
  const refuse = (message: string, hint: Hint) =>
    new RainhooksError("input-invalid", message, { hint });
  if (isTest(webhookId))
    throw refuse("This was a test, whose event is not kept.", {
      to: "Test again",
      command: `destinations test ${destination}`,
    });
  if (events !== undefined)
    throw refuse(
      `This attempt was for ${countText(events, "event")} in one request. They come again in batches if they are redriven from the dead-letter queue of retries.`,
      {
        to: "Send what it has not got of a time",
        command: `destinations recover ${destination} --from 1h`,
      },
    );
  return attempt;
}

/** Makes a delivery, as SNS would have. */
function deliveryOf(body: string): Delivery {
  const [{ type, attributes } = { type: "rmaker.event.alert", attributes: {} } as const] =
    readOutgoingEvents(body, undefined, "Change --fields.");
  return {
    id: newTestId(),
    sentAtMs: Date.now(),
    topic: catalogEntry(type).topic,
    attributes,
    body,
  };
}

function newTestId(): string {
  return `${TEST_PREFIX}${randomUUID()}`;
}

/**
 * Sends an event to the worker that makes attempts, and waits until its attempt is in the log. The
 * worker knows the last change of the destination.
 *
 * @throws {RainhooksError} `stage-failed` if none is there in time.
 */
async function sendAndWait(
  { queueUrl, log }: Forwarding,
  { id: destination, updatedAtMs: changedAtMs }: Destination,
  event: Pick<EventMessage, "webhookId" | "delivery">,
  { sqs, waitMs }: { readonly sqs: SQSClient; readonly waitMs: number },
): Promise<Attempt> {
  const attempts = async () =>
    (await attemptsOfEvent(log, event.webhookId)).filter((one) => one.destination === destination);
  const before = new Set((await attempts()).map(attemptId));
  const send = sendAttempts({ client: async () => sqs, queueUrl, nowMs: Date.now });
  const [unsent] = await send([{ ...event, destination, attempt: 1, changedAtMs }]);
  if (unsent !== undefined) throw unsent.error.cause ?? unsent.error;
  for (const untilMs = Date.now() + waitMs; Date.now() < untilMs; await pause(LOOK_EVERY_MS)) {
    const made = (await attempts()).find((one) => !before.has(attemptId(one)));
    if (made !== undefined) return made;
  }
  throw new RainhooksError(
    "stage-failed",
    `The event was sent, but there is no attempt in the log after ${waitMs / SECOND_MS} s.`,
    { hint: { to: "See", command: `logs ${ATTEMPTS_WORKER}` } },
  );
}
