import type { Classification } from "./classify.ts";

/** Counts are of the five minutes that CloudWatch's periods have, too. */
const WINDOW_MS = 300_000;
/**
 * Fewer events of a node in five minutes are said to nobody. Fifteen copies of a function share the
 * events of a node that sends five a second, 100 each.
 */
const MIN_COUNT = 100;
/** Nodes that are counted at once. */
const MAX_NODES = 2000;

/**
 * Counts the events of each node that this copy of a function gets, and returns how many more the
 * busiest one has than when that was last returned.
 */
export type NodeCounter = <Value>(
  classified: readonly Classification<Value>[],
  nowMs: number,
) => number;

/**
 * Makes a counter. It knows at most 2,000 nodes: if there are more, all counts become less by one,
 * so that the busiest node stays known, and its count is too low by no more than a 2,000th of all
 * events (Misra and Gries, "Finding repeated elements", 1982).
 *
 * What it returns in five minutes is together what the busiest node has sent to this copy. SQS
 * spreads the events of a node over the copies, so the sum over all copies is what the node has
 * sent, and is little while no node sends much.
 *
 * @returns How many more events the busiest node has sent within the present five minutes, if it
 * has sent many; 0 otherwise.
 */
export function nodeCounter(): NodeCounter {
  const counts = new Map<string, number>();
  let window = 0;
  let told = 0;
  return (classified, nowMs) => {
    const present = Math.floor(nowMs / WINDOW_MS);
    if (present !== window) {
      counts.clear();
      told = 0;
    }
    window = present;
    let most = 0;
    for (const one of classified) {
      if (!("nodeId" in one) || one.nodeId === undefined) continue;
      const count = (counts.get(one.nodeId) ?? 0) + 1;
      counts.set(one.nodeId, count);
      most = Math.max(most, count);
      if (counts.size > MAX_NODES) decrement(counts);
    }
    if (most < MIN_COUNT || most <= told) return 0;
    const more = most - told;
    told = most;
    return more;
  };
}

function decrement(counts: Map<string, number>): void {
  for (const [nodeId, count] of counts)
    if (count === 1) counts.delete(nodeId);
    else counts.set(nodeId, count - 1);
}
