import type { NodeState } from "./connection.ts";
import type { Transition } from "./transition.ts";

/** How a node was connected over a time. Times in milliseconds; together they are as long as the time asked for. */
export interface Uptime {
  readonly onlineMs: number;
  readonly offlineMs: number;
  /** Before the first transition that is known. */
  readonly unknownMs: number;
  /** Share of the known time in which the node was online; `undefined` when nothing is known. */
  readonly share: number | undefined;
  /** How often it went offline: its flap count. */
  readonly drops: number;
}

/**
 * Transitions in the order in which they happened. A connect and a disconnect of one moment come in the order that changes
 * something: a node that was offline connects first, any other one disconnects first.
 */
export function inOrder(transitions: readonly Transition[]): Transition[] {
  const sorted = transitions.toSorted((a, b) => a.atMs - b.atMs || (a.state < b.state ? -1 : 1));
  let state: NodeState = "unknown";
  for (const [index, one] of sorted.entries()) {
    const next = sorted[index + 1];
    if (
      state === "offline" &&
      next?.atMs === one.atMs &&
      next.state !== one.state &&
      one.state === "offline"
    ) {
      [sorted[index], sorted[index + 1]] = [next, one];
    }
    state = sorted[index]?.state ?? state;
  }
  return sorted;
}

/** Leaves of transitions in a row that say the same the first one: copies for several users, and repeats. */
export function collapse(transitions: readonly Transition[], before: NodeState): Transition[] {
  let state = before;
  return transitions.filter((transition) => {
    const changes = transition.state !== state;
    state = transition.state;
    return changes;
  });
}

/** Measures `[fromMs, toMs)` from the transitions in it, in order, and the state in which the node entered it. */
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
    // A node that disconnects was connected, whether that is known or not.
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
