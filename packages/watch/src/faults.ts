import { SECOND_MS } from "@rainhooks/core";
import type { NodeRecord, Transition } from "@rainhooks/node-status";

/** How far apart RainMaker and AWS IoT may say that the same session ended: RainMaker's older time format has whole seconds. */
const MATCH_MS = 2 * SECOND_MS;

/** Returns true if a disconnect at one time is the end of a session at another. */
export function isSameDisconnect(aMs: number, bMs: number): boolean {
  return Math.abs(aMs - bMs) <= MATCH_MS;
}

/**
 * Returns the changes of state of a node without the disconnects that were no fault of it, as AWS IoT says: for rules, the node was online meanwhile.
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
