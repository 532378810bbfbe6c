import type { NodeStatus } from "@rainhooks/node-status";
import type { EventTruth } from "../fleet/message.ts";

/** What the node table must say of a node. */
export interface ModelNode {
  readonly state: "online" | "offline" | "unknown";
  readonly sinceMs: number | undefined;
  readonly lastEventType: string | undefined;
  readonly lastEventAtMs: number | undefined;
}

/** An event as it was handed to SNS. */
export interface SentEvent extends EventTruth {
  /** SNS message id. */
  readonly id: string;
  readonly sentAtMs: number;
}

/**
 * The node table as a single reader would keep it who sees every event once, in the order in which they happened.
 * `before` is what the table held before them.
 */
export function modelNodes(
  before: readonly NodeStatus[],
  events: Iterable<SentEvent>,
): ReadonlyMap<string, ModelNode> {
  const nodes = new Map<string, ModelNode>();
  for (const node of before) nodes.set(node.nodeId, toModelNode(node));
  for (const event of [...events].sort(inOrder)) {
    for (const nodeId of event.nodeIds) nodes.set(nodeId, after(nodes.get(nodeId), event));
  }
  return nodes;
}

function inOrder(a: SentEvent, b: SentEvent): number {
  return a.atMs - b.atMs || a.sentAtMs - b.sentAtMs || (a.id < b.id ? -1 : 1);
}

/** A row of the table in the model's terms. */
export function toModelNode({ state, sinceMs, lastEvent }: NodeStatus): ModelNode {
  return { state, sinceMs, lastEventType: lastEvent?.type, lastEventAtMs: lastEvent?.atMs };
}

/** Events that make a row, and say nothing more in it than that the node is alive. */
const QUIET = new Set(["rmaker.event.node_params_changed", "rmaker.event.node_ts_data"]);

const STATES: Readonly<Record<string, "online" | "offline">> = {
  "rmaker.event.node_connected": "online",
  "rmaker.event.node_disconnected": "offline",
};

function after(node: ModelNode | undefined, { type, atMs }: EventTruth): ModelNode {
  const { state = "unknown", sinceMs, lastEventType, lastEventAtMs = Number.NEGATIVE_INFINITY } = node ?? {};
  const next = STATES[type];
  const moves = next !== undefined && atMs >= (sinceMs ?? Number.NEGATIVE_INFINITY);
  const newest = !QUIET.has(type) && atMs >= lastEventAtMs;
  return {
    state: moves ? next : state,
    sinceMs: moves ? atMs : sinceMs,
    lastEventType: newest ? type : lastEventType,
    lastEventAtMs: newest ? atMs : node?.lastEventAtMs,
  };
}
