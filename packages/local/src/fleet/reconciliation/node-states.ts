import type { NodeStatus } from "@rainhooks/node-status/read-node";
import type { EventTruth } from "../message.ts";

/** What is compared of a row of node status. */
type NodeState = Pick<NodeStatus, "nodeId" | "state" | "sinceMs">;

const STATES: Readonly<Record<string, NodeState["state"]>> = {
  "rmaker.event.node_connected": "online",
  "rmaker.event.node_disconnected": "offline",
};

/**
 * Compares the rows of nodes with the newest connect or disconnect of each, in whatever order they came. Of
 * two at the same time, either can be the last one.
 *
 * @param before The rows before these events.
 * @returns The number of nodes that should have a row, and a sentence for each row that is not right.
 */
export function compareStates(
  before: readonly NodeState[],
  events: Iterable<EventTruth>,
  rows: readonly NodeState[],
): { readonly nodes: number; readonly problems: readonly string[] } {
  type Newest = { readonly states: readonly NodeState["state"][]; readonly sinceMs: number | undefined };
  const newest = new Map<string, Newest>(
    before.map(({ nodeId, state, sinceMs }) => [nodeId, { states: [state], sinceMs }]),
  );
  for (const { type, atMs, nodeIds } of events)
    for (const nodeId of nodeIds) {
      const known: Newest = newest.get(nodeId) ?? { states: ["unknown"], sinceMs: undefined };
      const state = STATES[type];
      const { sinceMs = Number.NEGATIVE_INFINITY } = known;
      if (state === undefined || atMs < sinceMs) newest.set(nodeId, known);
      else
        newest.set(nodeId, { states: atMs === sinceMs ? [...known.states, state] : [state], sinceMs: atMs });
    }
  const stored = new Map(rows.map((row) => [row.nodeId, row]));
  const wrong = [...newest].flatMap(([nodeId, { states, sinceMs }]) => {
    const row = stored.get(nodeId);
    if (row !== undefined && row.sinceMs === sinceMs && states.includes(row.state)) return [];
    const found = row === undefined ? "missing" : `${row.state} since ${row.sinceMs}`;
    return [`node ${nodeId} should be ${states.join(" or ")} since ${sinceMs}, and is ${found}`];
  });
  const strange = rows.flatMap(({ nodeId }) =>
    newest.has(nodeId) ? [] : [`node ${nodeId} should not be there`],
  );
  return { nodes: newest.size, problems: [...wrong, ...strange] };
}
