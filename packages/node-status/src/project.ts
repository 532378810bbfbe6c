import type { RainmakerEvent } from "@rainhooks/core";
import { timeOf } from "./event-time.ts";
import { factsOf, joinFacts, NO_FACTS, type NodeFacts } from "./facts.ts";

/**
 * What some events of one node say together, whatever their order and however often each comes.
 *
 * @param seenIntervalMs Last-seen times are rounded down to this interval; 0 leaves them out.
 */
export function project(events: readonly RainmakerEvent[], seenIntervalMs: number): NodeFacts {
  const facts = events.map((event) => {
    const { atMs, clamped } = timeOf(event);
    const source = { atMs, sentAtMs: event.sentAtMs, deliveryId: event.deliveryId };
    return factsOf(event, { source, clamped, seenIntervalMs });
  });
  return facts.reduce(joinFacts, NO_FACTS);
}
