import type { EventType } from "@rainhooks/core/catalog";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { seenMsOf } from "@rainhooks/node-status/event-time";
import type { OwnField } from "@rainhooks/node-status/fields/own-field";
import { type Intervals, intervalsField } from "./intervals.ts";

/** Events that the node itself has sent. A disconnect is none: AWS IoT sends it when the node is gone. */
export const FROM_NODE_EVENTS = [
  "rmaker.event.node_connected",
  "rmaker.event.alert",
  "rmaker.event.node_config_changed",
  "rmaker.event.node_params_changed",
  "rmaker.event.node_ts_data",
] as const satisfies readonly EventType[];

const FROM_NODE = new Set<EventType>(FROM_NODE_EVENTS);

/** Returns true for an event that a node itself has sent. */
function isFromNode({ type }: Pick<RainmakerEvent, "type">): boolean {
  return FROM_NODE.has(type);
}

/**
 * Returns the start of the interval in which a node has sent an event, epoch milliseconds; `undefined` if it
 * has not sent it.
 */
export function heardMsOf(event: RainmakerEvent, intervalMs: number): number | undefined {
  return isFromNode(event) ? seenMsOf(event, intervalMs) : undefined;
}

/** The intervals in which the node has sent something: the field `heard` of a node's row. */
export const heard: OwnField<Intervals> = {
  ...intervalsField((event, { seenIntervalMs }) => {
    const atMs = heardMsOf(event, seenIntervalMs);
    return atMs === undefined ? undefined : { intervalMs: seenIntervalMs, atMs };
  }),
  name: "heard",
  // Other events show that a node was seen, but not that it has sent something.
  needs: isFromNode,
};
