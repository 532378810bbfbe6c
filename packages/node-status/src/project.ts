import type { RainmakerEvent } from "@rainhooks/core/event";
import { timeOf } from "./event-time.ts";
import { factsOf, type NodeFacts, type NodeFields } from "./facts.ts";

/**
 * Returns the facts that several events of one node contain together. Their order and repetition do
 * not matter.
 *
 * @param seenIntervalMs Last-seen times are rounded down to this interval; 0 means that they are
 * not stored.
 */
export function project(
  events: readonly RainmakerEvent[],
  seenIntervalMs: number,
  fields?: NodeFields,
): NodeFacts {
  return factsOf(
    events.map((event) => {
      const { atMs, clamped } = timeOf(event);
      const source = { atMs, sentAtMs: event.sentAtMs, deliveryId: event.deliveryId };
      return { event, context: { source, clamped, seenIntervalMs } };
    }),
    fields,
  );
}
