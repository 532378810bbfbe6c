import type { EventType } from "@rainhooks/core/catalog";

/** A rule of AWS IoT: what it selects, and where that goes. */
export interface IotRule {
  /** Name within a stage. */
  readonly name: string;
  readonly description: string;
  readonly sql: string;
  /** The event on whose topic it publishes, or the queue of the function that reads shadows. */
  readonly to: EventType | "queue";
}

/**
 * Nodes alone: not RainMaker's apps, and not the AWS console. AWS IoT does not accept NOT before a
 * function.
 */
export const IS_NODE =
  "startswith(clientId, 'user:') = false AND startswith(clientId, 'iotconsole-') = false";

/**
 * Makes the SQL that turns presence events of AWS IoT into an event. Sources: AWS IoT Core
 * developer guide, "Lifecycle events" and "Literals" of the SQL reference.
 */
export function presence(
  kind: "connected" | "disconnected",
  type: EventType,
  fields: string,
  condition = IS_NODE,
): string {
  return [
    `SELECT '${type}' AS event_type, timestamp,`,
    `{'node_id': clientId, ${fields}} AS event_data`,
    `FROM '$aws/events/presence/${kind}/+'`,
    `WHERE ${condition}`,
  ].join(" ");
}

/** Says why sessions of nodes ended. */
export const SESSION_ENDED_RULE: IotRule = {
  name: "disconnect-reasons",
  description: "Why nodes disconnect, for node status and alarms.",
  sql: presence(
    "disconnected",
    "rainhooks.event.node_session_ended",
    "'reason': disconnectReason, 'session_id': sessionIdentifier",
  ),
  to: "rainhooks.event.node_session_ended",
};
