import type { EventType } from "@rainhooks/core/catalog";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { topicName } from "@rainhooks/core/deliveries/read";
import { collectMessages } from "@rainhooks/local/fleet/collect";
import { sqsRecordOf } from "@rainhooks/testing/samples";
import { integrationName } from "@rainhooks/webhook/names";
import type { SQSRecord } from "aws-lambda";
import { BENCH_STAGE } from "./processes/services.ts";

/**
 * When the events of the benchmarks end, and what the clocks of functions show: readings of past
 * days are written in another way, because they come late. All events are of one day.
 */
export const END_MS = Date.UTC(2026, 0, 1, 23);
/** Delay from RainMaker's event to SNS. */
const TO_SNS_MS = 120;

let deliveries = 0;

/** Returns an id that no other delivery of this run has, as long as those of SNS. */
function newDeliveryId(): string {
  deliveries += 1;
  return `00000000-0000-4000-8000-${String(deliveries).padStart(12, "0")}`;
}

function deliveryOf(type: EventType, atMs: number, event_data: object): Delivery {
  const body = JSON.stringify({
    event_version: "v1",
    event_type: type,
    timestamp: atMs,
    event_data,
  });
  const attributes = { event_type: type };
  return {
    id: newDeliveryId(),
    sentAtMs: atMs + TO_SNS_MS,
    topic: topicName(type),
    attributes,
    body,
  };
}

/** Makes the record of an event, as it comes from SNS through SQS. */
export function recordOf(type: EventType, atMs: number, data: object): SQSRecord {
  return sqsRecordOf(deliveryOf(type, atMs, data));
}

/** The integration whose rules a fleet has. */
export const INTEGRATION = integrationName(BENCH_STAGE);

/** Simulates a fleet; returns its deliveries, all of which can be decoded, and its rules. */
export async function fleetDeliveries(casing: "pascal" | "snake", events: number) {
  const endsAtMs = Date.now();
  const options = { seed: 1, nodes: 60, events, duplicates: 0, undecodable: 0, endsAtMs };
  const { messages, rules } = await collectMessages(options, casing, INTEGRATION);
  const deliveries = messages.map(({ body, attributes, type }): Delivery => {
    return { id: newDeliveryId(), sentAtMs: endsAtMs, topic: topicName(type), attributes, body };
  });
  return { deliveries, rules };
}

/** A connect or disconnect of a node. */
interface Change {
  readonly nodeId: string;
  readonly state: "online" | "offline";
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** Makes the record of a change. */
export function recordOfChange({ nodeId: node_id, state, atMs }: Change): SQSRecord {
  const connected = state === "online";
  const type = connected ? "rmaker.event.node_connected" : "rmaker.event.node_disconnected";
  return recordOf(type, atMs, { node_id, connected });
}
