import type { RainmakerEvent } from "@rainhooks/core";
import { timeOf } from "./event-time.ts";
import { factsOf, joinFacts, NO_FACTS, type NodeFacts } from "./facts.ts";

/**
 * Returns the facts that several events of one node contain together. Their order and repetition do not matter.
 *
 * @param seenIntervalMs Last-seen times are rounded down to this interval; 0 means that they are not stored.
 */
export function project(events: readonly RainmakerEvent[], seenIntervalMs: number): NodeFacts {
  const facts = events.map((event) => {
    const { atMs, clamped } = timeOf(event);
    const source = { atMs, sentAtMs: event.sentAtMs, deliveryId: event.deliveryId };
    return factsOf(event, { source, clamped, seenIntervalMs });
  });
  return facts.reduce(joinFacts, NO_FACTS);
}
