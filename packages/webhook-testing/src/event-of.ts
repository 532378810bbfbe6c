import { type EventType, shortType } from "@rainhooks/core/catalog";
import { isJsonObject, type JsonObject } from "@rainhooks/core/json";
import { presentEvent } from "@rainhooks/core/present-event";
import { SAMPLES_BY_TYPE } from "@rainhooks/testing/event-samples";

/** What differs from the sample of an event. */
export interface EventOptions {
  /** The node that the event is about. */
  readonly nodeId?: string;
  /** Fields of the event's data that differ from the sample's. */
  readonly data?: JsonObject;
  /** @defaultValue now */
  readonly atMs?: number;
}

/**
 * Returns an event as RainMaker publishes it, made from the sample in docs/samples.
 *
 * @throws {TypeError} for an event without a sample.
 * @throws {RainhooksError} `input-invalid` for a node in an event that is not about one.
 *
 * @example
 * ```ts
 * import { eventOf } from "@rainhooks/webhook-testing";
 *
 * const data = { message_body: "Ding dong" };
 * const event = eventOf("rmaker.event.alert", { nodeId: "door", data });
 * console.log(JSON.parse(event).event_data.node_id); // door
 * ```
 */
export function eventOf(
  type: EventType,
  { nodeId, data = {}, atMs = Date.now() }: EventOptions = {},
): string {
  const sample: unknown = SAMPLES_BY_TYPE.get(shortType(type));
  if (!isJsonObject(sample)) throw new TypeError(`There is no sample of ${type}.`);
  return JSON.stringify(presentEvent(sample, { node: nodeId, data }, atMs));
}
