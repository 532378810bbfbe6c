import { SECOND_MS } from "@rainhooks/core/durations";
import type { Transition } from "@rainhooks/node-status/transition";

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
