import type { Delivery } from "./deliveries/delivery.ts";
import { MINUTE_MS } from "./durations.ts";
import { isJsonObject, tryParseJson } from "./json.ts";

/**
 * The id of the node in events with which a stage is tried. It is none: only functions that say so
 * handle these events, and nothing lists, counts or judges the node.
 */
export const TRIAL_NODE = "rainhooks-doctor";

/**
 * How long after its publication such an event is handled: one that has waited for longer is of a
 * trial that has ended, and that nobody takes out again.
 */
export const TRIAL_MS: number = 15 * MINUTE_MS;

/**
 * Whether a delivery is of a trial: its attribute and its data name the node, in the form in which
 * they are published. Those who may publish can write either of them beside the other of another
 * node.
 */
export function isTrial({ attributes, body }: Pick<Delivery, "attributes" | "body">): boolean {
  if (attributes["node_id"] !== TRIAL_NODE || !body.includes(TRIAL_NODE)) return false;
  const event = tryParseJson(body);
  const data = isJsonObject(event) ? event["event_data"] : undefined;
  return isJsonObject(data) && data["node_id"] === TRIAL_NODE;
}
