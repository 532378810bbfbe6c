import type { EventType } from "@rainhooks/core";

/**
 * The events that node-status projects: all that name a node, except the two that come with every change of a
 * parameter and every reading. Those would cost one write each and say nothing about the node's connection.
 */
export const NODE_STATUS_EVENTS = [
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
