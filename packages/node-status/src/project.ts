import type { RainmakerEvent } from "@rainhooks/core";
import { timeOf } from "./event-time.ts";
import { factsOf, type NodeFacts } from "./facts.ts";

/**
 * Returns the facts that several events of one node contain together. Their order and repetition do not matter.
 *
 * @param seenIntervalMs Last-seen times are rounded down to this interval; 0 means that they are not stored.
 *
 * @example
 * ```ts
 * import { decode, readDelivery } from "@rainhooks/core";
 * import { project } from "@rainhooks/node-status";
 *
 * const body = JSON.stringify({
 *   event_type: "rmaker.event.node_config_changed",
 *   event_data: { node_id: "kitchen", config: { info: { fw_version: "1.2.0" } } },
 * });
 * const decoded = decode(readDelivery({ messageId: "0b1c", body }));
 * if (decoded.kind === "event") console.log(project([decoded.event], 0).config?.firmware); // 1.2.0
 * ```
 */
export function project(events: readonly RainmakerEvent[], seenIntervalMs: number): NodeFacts {
  return factsOf(
    events.map((event) => {
      const { atMs, clamped } = timeOf(event);
      const source = { atMs, sentAtMs: event.sentAtMs, deliveryId: event.deliveryId };
      return { event, context: { source, clamped, seenIntervalMs } };
    }),
  );
}
