import type { RainmakerEvent } from "@rainhooks/core/event";
import { type Clock, joinClocks, NO_CLOCK } from "@rainhooks/node-status/connection";
import { timeOf } from "@rainhooks/node-status/event-time";
import type { ConnectionHistory } from "@rainhooks/node-status/read-node";
import { connectionChanges } from "@rainhooks/node-status/timeline";
import { compareTransitions, type Transition } from "@rainhooks/node-status/transition";
import { collapse } from "@rainhooks/node-status/uptime";

/** What of a connect or a disconnect decides the state of its node. */
export interface ConnectionTime extends Transition {
  /** When SNS took it, epoch milliseconds. */
  readonly sentAtMs: number;
  /** True if it has no plausible time of its own: `atMs` is then the time of SNS. */
  readonly clamped: boolean;
}

/** Returns what of a connect or a disconnect decides the state of its node. It takes less memory. */
export function connectionTimeOf(
  event: RainmakerEvent<"rmaker.event.node_connected" | "rmaker.event.node_disconnected">,
): ConnectionTime {
  const state = event.type === "rmaker.event.node_connected" ? "online" : "offline";
  return { ...timeOf(event), sentAtMs: event.sentAtMs, state };
}

/**
 * Returns what connects and disconnects of a node show together, as `project` does for their events: their
 * order and repetition do not matter. Ids of deliveries are left out.
 */
export function connectionOf(times: readonly ConnectionTime[]): ConnectionHistory {
  const all = times.map(({ atMs, state }): Transition => ({ atMs, state })).sort(compareTransitions);
  const transitions = all.filter((one, at) => compareTransitions(all[at - 1] ?? NEVER, one) !== 0);
  return {
    connected: clockOf(times, "online"),
    disconnected: clockOf(times, "offline"),
    recent: { transitions, fromMs: undefined },
  };
}

const NEVER: Transition = { atMs: Number.NEGATIVE_INFINITY, state: "offline" };

/**
 * Returns the changes of the state of a node that its connects and disconnects show, in order: each differs
 * from the one before.
 */
export function stateChanges(times: readonly ConnectionTime[]): readonly Transition[] {
  return collapse(connectionChanges(connectionOf(times), [], END_MS), "unknown");
}

/** The end of every history. */
const END_MS = Number.MAX_SAFE_INTEGER;

function clockOf(times: readonly ConnectionTime[], state: Transition["state"]): Clock {
  let clock = NO_CLOCK;
  for (const { state: own, clamped, ...source } of times)
    if (own === state)
      clock = joinClocks(clock, {
        ...NO_CLOCK,
        [clamped ? "clamped" : "latest"]: { ...source, deliveryId: "" },
      });
  return clock;
}
