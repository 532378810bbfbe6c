import type { EventType, RainmakerEvent } from "@rainhooks/core";
import { seenMsOf } from "../event-time.ts";
import { intervalsField } from "./intervals.ts";

/** Events that the node itself has sent. A disconnect is none: AWS IoT sends it when the node is gone. */
const FROM_NODE = new Set<EventType>([
  "rmaker.event.node_connected",
  "rmaker.event.alert",
  "rmaker.event.node_config_changed",
  "rmaker.event.node_params_changed",
  "rmaker.event.node_ts_data",
]);

/** Returns true for an event that a node itself has sent. */
export function isFromNode({ type }: Pick<RainmakerEvent, "type">): boolean {
  return FROM_NODE.has(type);
}

/** The intervals in which the node has sent something. */
export const heard = intervalsField((event, { seenIntervalMs }) => {
  const atMs = isFromNode(event) ? seenMsOf(event, seenIntervalMs) : undefined;
  return atMs === undefined ? undefined : { intervalMs: seenIntervalMs, atMs };
});
