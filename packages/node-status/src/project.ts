import type { RainmakerEvent } from "@rainhooks/core";
import { joinClocks, NO_CLOCKS, type NodeClocks, type Stamp } from "./status.ts";

/** An event claims to be from the future when its time is this much after SNS took it; its time is then SNS's. */
const CLOCK_AHEAD_MS = 300_000;

/** The state that some events of one node make together, whatever their order and however often each comes. */
export function project(events: readonly RainmakerEvent[]): NodeClocks {
  return events.map(clocksOf).reduce(joinClocks, NO_CLOCKS);
}

function clocksOf(event: RainmakerEvent): NodeClocks {
  const { type, sentAtMs, deliveryId } = event;
  const stamp = stampOf(event);
  return {
    connected: type === "rmaker.event.node_connected" ? stamp : undefined,
    disconnected: type === "rmaker.event.node_disconnected" ? stamp : undefined,
    lastEvent: { type, atMs: stamp.atMs, sentAtMs, deliveryId },
  };
}

/**
 * When an event happened. RainMaker's text timestamps end at the second; events of the same second are told apart by
 * when SNS took them. Between events with milliseconds that tie, there is nothing to tell them apart, and connected
 * wins: a reconnecting node ends its old session at the moment it begins the new one.
 */
function stampOf(event: RainmakerEvent): Stamp {
  const claimedMs = connectivityTimeMs(event) ?? event.atMs;
  const atMs = claimedMs > event.sentAtMs + CLOCK_AHEAD_MS ? event.sentAtMs : claimedMs;
  return { atMs, tieMs: atMs % 1000 === 0 ? event.sentAtMs : 0 };
}

function connectivityTimeMs(event: RainmakerEvent): number | undefined {
  return "connectivity" in event.data ? event.data.connectivity?.timestamp : undefined;
}
