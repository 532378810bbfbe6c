import { isPlausibleTime, type RainmakerEvent } from "@rainhooks/core";

/**
 * Returns an event as the body that Standard Webhooks recommends: `type`, `timestamp` (ISO 8601) and `data`.
 *
 * @example
 * ```ts
 * import type { RainmakerEvent } from "@rainhooks/core";
 * import { eventBody, httpSink } from "@rainhooks/sinks";
 *
 * const sink = httpSink<RainmakerEvent>({ url: "https://example.com/events", toBody: eventBody });
 * console.log(await sink.write([])); // []
 * ```
 */
export function eventBody(event: RainmakerEvent): string {
  return JSON.stringify(eventDocument(event));
}

/**
 * Returns what {@link eventBody} writes.
 *
 * @example
 * ```ts
 * import { decode, readDelivery } from "@rainhooks/core";
 * import { eventDocument } from "@rainhooks/sinks/http";
 *
 * const body = JSON.stringify({ event_type: "rmaker.event.alert", event_data: { node_id: "kitchen", message_body: "Too hot" } });
 * const decoded = decode(readDelivery({ messageId: "0b1c", body }));
 * if (decoded.kind === "event") console.log(eventDocument(decoded.event).type); // rmaker.event.alert
 * ```
 */
export function eventDocument({ type, atMs, sentAtMs, data }: RainmakerEvent) {
  const timestamp = new Date(isPlausibleTime(atMs, sentAtMs) ? atMs : sentAtMs).toISOString();
  return { type, timestamp, data };
}
