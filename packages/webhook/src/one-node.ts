import type { Classified } from "./classify.ts";

/** Fewer records of a node in one invocation are usual: after an outage, or for a node that sends often. */
const MIN_RECORDS = 10;
/** A node with a smaller share costs little beside the others. */
const MIN_SHARE = 0.1;

/** Returns how many records of an invocation are about its busiest node, if they are many; `undefined` otherwise. */
export function recordsOfOneNode<Value>(classified: readonly Classified<Value>[]): number | undefined {
  const counts = new Map<string, number>();
  let most = 0;
  for (const one of classified) {
    if (!("nodeId" in one) || one.nodeId === undefined) continue;
    const count = (counts.get(one.nodeId) ?? 0) + 1;
    counts.set(one.nodeId, count);
    most = Math.max(most, count);
  }
  return most >= Math.max(MIN_RECORDS, MIN_SHARE * classified.length) ? most : undefined;
}
