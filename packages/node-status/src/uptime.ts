import type { NodeState } from "./connection.ts";
import { compareTransitions, isLone, type Transition } from "./transition.ts";

/**
 * How long a node was online, offline and in unknown state. The three times add up to the length of
 * the range.
 */
export interface Uptime {
  readonly onlineMs: number;
  readonly offlineMs: number;
  /** Time before the first known transition. */
  readonly unknownMs: number;
  /**
   * Share of the time with known state in which the node was online, 0 to 1; `undefined` if no
   * state is known.
   */
  readonly share: number | undefined;
  /** Number of times the node went offline. */
  readonly drops: number;
}

/**
 * Sorts transitions by time. A connect and a disconnect at the same moment are sorted so that both
 * change the state: an offline node connects first, an online one disconnects first. Both together
 * leave the state as it was, so if the state before the first of them is not known, the next
 * transition that is alone shows it: it changes the state.
 *
 * @param before The state before the first of them.
 * @param end The state after the last of them, for a node of which nothing else shows the state.
 */
export function inOrder(
  transitions: readonly Transition[],
  before: NodeState = "unknown",
  end: NodeState = "unknown",
): Transition[] {
  const sorted = transitions.toSorted(compareTransitions);
  let state = before === "unknown" ? stateBefore(sorted, end) : before;
  for (const [index, current] of sorted.entries()) {
    const next = sorted[index + 1];
    if (
      state === "offline" &&
      next?.atMs === current.atMs &&
      next.state !== current.state &&
      current.state === "offline"
    ) {
      [sorted[index], sorted[index + 1]] = [next, current];
    }
    state = sorted[index]?.state ?? state;
  }
  return sorted;
}

/**
 * Returns the state before transitions that begin with a connect and a disconnect at one moment, as
 * far as what follows shows it.
 */
function stateBefore(sorted: readonly Transition[], end: NodeState): NodeState {
  const first = sorted.findIndex((_, at) => isLone(sorted, at));
  if (first === 0) return "unknown";
  const next = sorted[first];
  if (next === undefined) return end;
  return next.state === "online" ? "offline" : "online";
}

/**
 * Removes transitions that do not change the state: copies for several users, and repeated
 * deliveries.
 */
export function collapse(transitions: readonly Transition[], before: NodeState): Transition[] {
  let state = before;
  return transitions.filter((transition) => {
    const changes = transition.state !== state;
    state = transition.state;
    return changes;
  });
}

/**
 * Calculates the uptime in `[fromMs, toMs)` from the state at its start and its transitions, in
 * order.
 */
export function uptimeOf(
  transitions: readonly Transition[],
  before: NodeState,
  fromMs: number,
  toMs: number,
): Uptime {
  const spent = { online: 0, offline: 0, unknown: 0 };
  let [state, sinceMs, drops]: [NodeState, number, number] = [before, fromMs, 0];
  for (const transition of transitions) {
    spent[state] += transition.atMs - sinceMs;
    // A node that disconnects was online, even if its state was unknown.
    if (state !== "offline" && transition.state === "offline") drops += 1;
    [state, sinceMs] = [transition.state, transition.atMs];
  }
  spent[state] += toMs - sinceMs;
  const knownMs = spent.online + spent.offline;
  return {
    onlineMs: spent.online,
    offlineMs: spent.offline,
    unknownMs: spent.unknown,
    share: knownMs === 0 ? undefined : spent.online / knownMs,
    drops,
  };
}
