import type { EventType } from "@rainhooks/core";

/** The events that say what happened to a node. Each moves its last event. */
const TELLING_EVENTS = [
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

/** The events that come with every change of a parameter and every reading: they say only that the node is alive. */
const QUIET_EVENTS = [
  "rmaker.event.node_params_changed",
  "rmaker.event.node_ts_data",
] as const satisfies readonly EventType[];

/** The events that node-status projects: all that name a node. */
export const NODE_STATUS_EVENTS = [...TELLING_EVENTS, ...QUIET_EVENTS] as const;

const QUIET = new Set<EventType>(QUIET_EVENTS);

/** True for an event that says only that its node is alive. */
export function isQuiet(type: EventType): boolean {
  return QUIET.has(type);
}
