import { isPlausibleTime } from "@rainhooks/core/decode/time";
import type { RainmakerEvent } from "@rainhooks/core/event";

/**
 * Returns an event as the body that Standard Webhooks recommends: `type`, `timestamp` (ISO 8601)
 * and `data`.
 *
 * @example
 * ```ts
 * import type { RainmakerEvent } from "@rainhooks/webhook/events";
 * import { eventBody, httpSink } from "@rainhooks/webhook/sinks";
 *
 * const sink = httpSink<RainmakerEvent>({ url: "https://example.com/events", toBody: eventBody });
 * console.log(await sink.write([])); // []
 * ```
 */
export function eventBody(event: RainmakerEvent): string {
  return JSON.stringify(eventDocument(event));
}

/** Returns what {@link eventBody} writes. */
export function eventDocument({ type, atMs, sentAtMs, data }: RainmakerEvent) {
  const timestamp = new Date(isPlausibleTime(atMs, sentAtMs) ? atMs : sentAtMs).toISOString();
  return { type, timestamp, data };
}
