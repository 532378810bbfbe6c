import type { NodeFacts } from "./facts.ts";
import { compareStamps } from "./stamp.ts";

/** The states of a node. `unknown`: no connect or disconnect of it has been seen yet. */
export const NODE_STATES = ["offline", "online", "unknown"] as const;

/** Whether a node is connected. */
export type NodeState = (typeof NODE_STATES)[number];

/** Whether a node is online and since when (epoch milliseconds). On a tie it is online. */
export function stateOf({ connected, disconnected }: Pick<NodeFacts, "connected" | "disconnected">): {
  readonly state: NodeState;
  readonly sinceMs: number | undefined;
} {
  if (connected === undefined && disconnected === undefined) return { state: "unknown", sinceMs: undefined };
  const online =
    disconnected === undefined || (connected !== undefined && compareStamps(connected, disconnected) >= 0);
  return online
    ? { state: "online", sinceMs: connected?.atMs }
    : { state: "offline", sinceMs: disconnected?.atMs };
}
