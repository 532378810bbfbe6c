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
 * A connect or disconnect as an item of the timeline; `undefined` for any other event. Its key says all of it, so the
 * same event again replaces itself, and so do the copies of it for several users.
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

/** An item of the timeline as a transition. */
export function decodeTransition(item: Attributes): Transition {
  const [time = "", online] = item["at"]?.S?.split("#") ?? [];
  return { atMs: Number(time), state: online === "1" ? "online" : "offline" };
}
