import type { EventType } from "@rainhooks/core/catalog";

/** Events that describe a change of a node. Each can become the last event of its node. */
const CHANGE_EVENTS = [
  "rmaker.event.node_connected",
  "rmaker.event.node_disconnected",
  "rmaker.event.user_node_sharing_add",
  "rmaker.event.user_node_added",
  "rmaker.event.user_node_removed",
  "rmaker.event.alert",
  "rmaker.event.node_automation_trigger",
  "rmaker.event.node_registered",
  "rmaker.event.new_tags_added",
  "rmaker.event.existing_tags_attached",
  "rmaker.event.node_config_changed",
  "rmaker.event.user_node_ota",
] as const satisfies readonly EventType[];

/**
 * Frequent events, one per parameter change or reading. Node status uses them only as a sign that
 * the node is alive.
 */
const FREQUENT_EVENTS = [
  "rmaker.event.node_params_changed",
  "rmaker.event.node_ts_data",
] as const satisfies readonly EventType[];

/** Why the session of a node ended. A stage has it only if it asks AWS IoT for it. */
const SESSION_EVENTS = [
  "rainhooks.event.node_session_ended",
] as const satisfies readonly EventType[];

/** The events that node-status projects: all events that contain a node id. */
export const NODE_STATUS_EVENTS = [
  ...CHANGE_EVENTS,
  ...FREQUENT_EVENTS,
  ...SESSION_EVENTS,
] as const;

const FREQUENT = new Set<EventType>(FREQUENT_EVENTS);

/** Returns true for an event that only shows that its node is alive. */
export function isFrequent(type: EventType): boolean {
  return FREQUENT.has(type);
}
