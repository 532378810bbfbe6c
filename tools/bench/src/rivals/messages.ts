import { topicName } from "@rainhooks/core/deliveries/read";
import { collectMessages } from "@rainhooks/local/fleet/collect";
import type { FleetMessage } from "@rainhooks/local/fleet/message";
import { sqsRecordOf } from "@rainhooks/testing/samples";
import type { SQSRecord } from "aws-lambda";
import { INTEGRATION, newDeliveryId, TO_SNS_MS } from "../events.ts";

/**
 * When the events of the benchmarks end, and what the clocks of functions show: readings of past days are
 * written in another way, because they come late. All events are of one day.
 */
export const END_MS = Date.UTC(2026, 0, 1, 23);

/** A message about something that is known. */
export type SubjectMessage = FleetMessage & { readonly truth: NonNullable<FleetMessage["truth"]> };

/**
 * Simulates a fleet and returns its messages in snake case, as they come. Fleets with different seeds have
 * different nodes.
 */
export async function fleetMessages(seed: number, nodes: number, events: number): Promise<SubjectMessage[]> {
  const options = { seed, nodes, events, duplicates: 0, undecodable: 0, endsAtMs: END_MS };
  const { messages } = await collectMessages(options, "snake", INTEGRATION);
  return messages.flatMap((message) => {
    const { truth } = message;
    return truth === undefined ? [] : [{ ...message, truth }];
  });
}

/**
 * Makes the record of a message, as it comes from SNS through SQS right after its event, or at another time.
 */
export function recordOfMessage(
  message: SubjectMessage,
  sentAtMs = message.truth.atMs + TO_SNS_MS,
): SQSRecord {
  const { body, attributes, type } = message;
  return sqsRecordOf({ id: newDeliveryId(), sentAtMs, topic: topicName(type), attributes, body });
}
