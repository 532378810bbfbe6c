import { SECOND_MS } from "@rainhooks/core/durations";
import type { Transition } from "@rainhooks/node-status/transition";
import type { NodeRecord } from "./stores/node-record.ts";

/**
 * How far apart RainMaker and AWS IoT may say that the same session ended: RainMaker's older time format has
 * whole seconds.
 */
const MATCH_MS = 2 * SECOND_MS;

/** Returns true if a disconnect at one time is the end of a session at another. */
export function isSameDisconnect(aMs: number, bMs: number): boolean {
  return Math.abs(aMs - bMs) <= MATCH_MS;
}

/**
 * Returns the changes of state of a node without the disconnects that were no fault of it, as AWS IoT says:
 * for rules, the node was online meanwhile.
 */
export function faultTransitions({
  transitions,
  excused,
}: Pick<NodeRecord, "transitions" | "excused">): readonly Transition[] {
  if (excused.length === 0) return transitions;
  const isFault = ({ state, atMs }: Transition) =>
    state === "online" || !excused.some((excusedMs) => isSameDisconnect(atMs, excusedMs));
  return transitions.filter(isFault).filter(({ state }, index, all) => state !== all[index - 1]?.state);
}

/**
 * A node that is back sooner has not dropped: its new session took over from the old one, as when it changes
 * its access point. AWS IoT then reports the end of the old session and the start of the new one within
 * moments. An ESP32 takes longer to connect again.
 */
const TAKE_OVER_MS = SECOND_MS;

/** Returns when a node dropped, epoch milliseconds. A take-over of its session is no drop. */
export function dropsIn(transitions: readonly Transition[]): number[] {
  return transitions.flatMap(({ state, atMs }, index) => {
    const backMs = transitions[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    return state === "offline" && backMs - atMs >= TAKE_OVER_MS ? [atMs] : [];
  });
}
