import { randomUUID } from "node:crypto";
import { catalogEntry, type EventType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { EventChanges } from "@rainhooks/core/present-event";
import { readOutgoingEvents } from "@rainhooks/stage/operate/events/read-outgoing";
import { sampleBody } from "@rainhooks/stage/operate/sample";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { Attempt } from "../attempts/attempt.ts";
import type { Destination } from "../destinations/destination.ts";
import { TEST_PREFIX } from "../worker/refuse.ts";
import { destinationMatcher } from "./count-wanted.ts";
import { forwardingOf, requireDestination } from "./forwarding-of.ts";
import { sendAndWait } from "./send-and-wait.ts";

/** What to send to a destination. */
export interface DestinationTest {
  /** @defaultValue the first type that the destination wants */
  readonly type?: EventType | undefined;
  /** What to change in its sample. */
  readonly changes?: EventChanges;
  /** Maximum time until the attempt is in the log, milliseconds. */
  readonly waitMs: number;
}

/** What came of a test. */
export interface TestedDestination {
  readonly attempt: Attempt;
  /** Whether the filters of the destination would let such an event pass. */
  readonly isWanted: boolean;
}

/**
 * Sends the sample of an event to a destination, by the same way as any event, and returns what came of it.
 *
 * @throws {RainhooksError} `not-found` if there is no such destination, `stage-failed` if there is no attempt
 * in time.
 */
export async function testDestination(
  reached: StageAccess,
  id: string,
  { type, changes = { node: undefined, data: {} }, waitMs }: DestinationTest,
): Promise<TestedDestination> {
  const forwarding = forwardingOf(reached);
  const destination = await requireDestination(forwarding, id);
  const delivery = deliveryOf(await sampleBody(type ?? firstWanted(destination), changes));
  const event = { webhookId: newTestId(), delivery };
  const attempt = await sendAndWait(forwarding, destination, event, { sqs: reached.clients.sqs, waitMs });
  const decoded = decode(delivery);
  const isWanted =
    decoded.kind === "event" && (await (await destinationMatcher(reached, destination))(decoded.event));
  return { attempt, isWanted };
}

function firstWanted({ events }: Destination): EventType {
  return events === "all" ? "rmaker.event.alert" : (events[0] ?? "rmaker.event.alert");
}

/** Makes a delivery, as SNS would have. */
export function deliveryOf(body: string): Delivery {
  const [{ type, attributes } = { type: "rmaker.event.alert", attributes: {} } as const] = readOutgoingEvents(
    body,
    undefined,
    "Change --fields.",
  );
  return { id: newTestId(), sentAtMs: Date.now(), topic: catalogEntry(type).topic, attributes, body };
}

function newTestId(): string {
  return `${TEST_PREFIX}${randomUUID()}`;
}
