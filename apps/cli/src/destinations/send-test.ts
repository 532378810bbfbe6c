import { randomUUID } from "node:crypto";
import { catalogEntry, type Delivery, type EventType, eventOf } from "@rainhooks/core";
import { type Destination, TEST_PREFIX } from "@rainhooks/forwarding";
import { forwardingOf, requireDestination, sendAndWait } from "@rainhooks/operate";
import { printMade } from "../attempts/print-made.ts";
import { readEvents } from "../feed/read-event.ts";
import type { DataValues } from "../feed/trigger/data-option.ts";
import { readChanges, sampleBody } from "../feed/trigger/sample-body.ts";
import { reachStage } from "../reach/reach-stage.ts";

/** Options of `destinations test`. */
export interface TestOptions {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly event?: string | undefined;
  readonly node?: string | undefined;
  readonly data?: DataValues | undefined;
  /** How long to wait for the attempt, milliseconds. */
  readonly wait: number;
  readonly json?: boolean | undefined;
}

/** Sends the sample of an event to a destination, by the same way as any event, and prints what came of it. */
export async function testCommand(id: string, options: TestOptions): Promise<void> {
  const { stage, region } = options;
  const chosen = options.event === undefined ? undefined : eventOf(options.event);
  const changes = readChanges(options);
  const place = { stage, region, data: options.data?.folder };
  const reached = await reachStage(place);
  const forwarding = forwardingOf(reached);
  const destination = await requireDestination(forwarding, id);
  const type = chosen ?? firstWanted(destination);
  const delivery = deliveryOf(await sampleBody(type, changes));
  const event = { webhookId: newTestId(), delivery };
  const sending = { sqs: reached.clients.sqs, waitMs: options.wait };
  await printMade(await sendAndWait(forwarding, destination, event, sending), options);
}

function firstWanted({ events }: Destination): EventType {
  return events === "all" ? "rmaker.event.alert" : (events[0] ?? "rmaker.event.alert");
}

/** Makes a delivery, as SNS would have. */
function deliveryOf(body: string): Delivery {
  const [{ type, attributes } = { type: "rmaker.event.alert", attributes: {} } as const] = readEvents(
    body,
    undefined,
    "Change --data.",
  );
  return { id: newTestId(), sentAtMs: Date.now(), topic: catalogEntry(type).topic, attributes, body };
}

function newTestId(): string {
  return `${TEST_PREFIX}${randomUUID()}`;
}
