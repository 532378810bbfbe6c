import type { RainmakerEvent } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/dynamodb";
import { timeOf } from "./event-time.ts";
import { timeText } from "./item.ts";

/** A connect or disconnect of a node. */
export interface Transition {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly state: "online" | "offline";
}

const DAY_S = 86_400;

/**
 * Converts a connect or disconnect to an item of the timeline; returns `undefined` for any other event. The key contains node,
 * time and state, so repeated deliveries, and the copies for several users, replace each other.
 *
 * @param keepDays Days after the event until the item expires.
 */
export function transitionItem(event: RainmakerEvent, keepDays: number): Attributes | undefined {
  const online = event.type === "rmaker.event.node_connected";
  if (!online && event.type !== "rmaker.event.node_disconnected") return undefined;
  const { atMs } = timeOf(event);
  return {
    nodeId: { S: event.data.nodeId },
    at: { S: `${timeText(atMs)}#${online ? 1 : 0}` },
    expiresAtS: { N: String(Math.ceil(atMs / 1000) + keepDays * DAY_S) },
  };
}

/** Converts an item of the timeline to a transition. */
export function decodeTransition(item: Attributes): Transition {
  const [time = "", online] = item["at"]?.S?.split("#") ?? [];
  return { atMs: Number(time), state: online === "1" ? "online" : "offline" };
}
