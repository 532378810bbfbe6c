import { collectMessages, type FleetMessage } from "@rainhooks/fleet";
import { sqsRecordOf } from "@rainhooks/testing";
import { integrationName } from "@rainhooks/webhook/define";
import type { SQSRecord } from "aws-lambda";
import { deliveryId } from "../../connections.ts";
import { BENCH_STAGE } from "../../processes/services.ts";

/**
 * When the events of the benchmarks end, and what the clocks of functions show: readings of past days are written in another way, because they come
 * late. All events are of one day.
 */
export const END_MS = Date.UTC(2026, 0, 1, 23);
/** Delay from RainMaker's event to SNS. */
const TO_SNS_MS = 120;

let deliveries = 0;

/** Returns an id that no other delivery of this run has. */
export function newDeliveryId(): string {
  deliveries += 1;
  return deliveryId(deliveries);
}

/** A message about something that is known. */
export type KnownMessage = FleetMessage & { readonly truth: NonNullable<FleetMessage["truth"]> };

/** Simulates a fleet and returns its messages in snake case, as they come. Fleets with different seeds have different nodes. */
export async function fleetMessages(seed: number, nodes: number, events: number): Promise<KnownMessage[]> {
  const options = { seed, nodes, events, duplicates: 0, undecodable: 0, endsAtMs: END_MS };
  const { messages } = await collectMessages(options, "snake", integrationName(BENCH_STAGE));
  return messages.flatMap((message) => {
    const { truth } = message;
    return truth === undefined ? [] : [{ ...message, truth }];
  });
}

/** Makes the record of a message, as it comes from SNS through SQS right after its event, or at another time. */
export function recordOfMessage(
  { body, attributes, truth, type }: KnownMessage,
  sentAtMs?: number,
): SQSRecord {
  const topic = `esp_rainmaker_sns_${type.replace("rmaker.event.", "")}`;
  const delivery = {
    id: newDeliveryId(),
    sentAtMs: sentAtMs ?? truth.atMs + TO_SNS_MS,
    topic,
    attributes,
    body,
  };
  return sqsRecordOf(delivery);
}

/** Cuts records into batches. */
export function batchesOf<Each>(records: readonly Each[], size: number): Each[][] {
  const batches: Each[][] = [];
  for (let at = 0; at < records.length; at += size) batches.push(records.slice(at, at + size));
  return batches;
}

/**
 * Cuts items into batches in which no key comes twice, as in those of a fleet that is much larger. The order of the items with one key stays.
 */
export function batchesWithoutRepeats<Each>(
  items: readonly Each[],
  size: number,
  keyOf: (item: Each) => string,
): Each[][] {
  const batches: Each[][] = [];
  const nextOf = new Map<string, number>();
  let firstOpen = 0;
  for (const item of items) {
    let at = Math.max(firstOpen, nextOf.get(keyOf(item)) ?? 0);
    while ((batches[at]?.length ?? 0) >= size) at += 1;
    batches[at] ??= [];
    batches[at]?.push(item);
    nextOf.set(keyOf(item), at + 1);
    while ((batches[firstOpen]?.length ?? 0) >= size) firstOpen += 1;
  }
  return batches;
}

/** Cuts records into batches, of which the first ones are not timed. */
export function halves<Each>(
  records: readonly Each[],
  size: number,
): { readonly before: Each[][]; readonly timed: Each[][] } {
  const all = batchesOf(records, size);
  const notTimed = Math.floor(all.length / 2);
  return { before: all.slice(0, notTimed), timed: all.slice(notTimed) };
}
