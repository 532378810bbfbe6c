import type { NodeStatus } from "@rainhooks/node-status/read-node";
import type { EventTruth } from "../message.ts";

/** What is modelled of a row. */
type ModelledStatus = Pick<NodeStatus, "nodeId" | "state" | "sinceMs" | "lastEvent">;

/** The expected values of a row of the node table. */
export interface ModelNode {
  readonly state: "online" | "offline" | "unknown";
  readonly sinceMs: number | undefined;
  readonly lastEventType: string | undefined;
  readonly lastEventAtMs: number | undefined;
}

/** An event as it was published to SNS. */
export interface SentEvent extends EventTruth {
  /** SNS message id. */
  readonly id: string;
  readonly sentAtMs: number;
}

/**
 * Computes the node table from every event once, in the order in which they happened. `before` is the content
 * of the table before them.
 */
export function modelNodes(
  before: readonly ModelledStatus[],
  events: Iterable<SentEvent>,
): ReadonlyMap<string, ModelNode> {
  const nodes = new Map<string, ModelNode>();
  for (const node of before) nodes.set(node.nodeId, toModelNode(node));
  const lives = new Map<string, SentEvent[]>();
  for (const event of events) {
    for (const nodeId of event.nodeIds) lives.set(nodeId, [...(lives.get(nodeId) ?? []), event]);
  }
  for (const [nodeId, life] of lives) {
    let node = nodes.get(nodeId);
    for (const moment of momentsOf(life)) {
      for (const event of inOrder(moment, node?.state)) node = after(node, event);
    }
    if (node !== undefined) nodes.set(nodeId, node);
  }
  return nodes;
}

/** Groups the events of a node by their time. */
function momentsOf(life: readonly SentEvent[]): SentEvent[][] {
  const sorted = life.toSorted(
    (a, b) => a.atMs - b.atMs || a.sentAtMs - b.sentAtMs || (a.id < b.id ? -1 : 1),
  );
  return [...Map.groupBy(sorted, ({ atMs }) => atMs).values()];
}

/**
 * Sorts events of the same time: the last one decides the state. If the node was offline, it connected first;
 * if it was online, it disconnected first. If its state is not known, there are two cases: for events with
 * times in seconds, the order of SNS decides; for events with times in milliseconds, it disconnected first.
 */
function inOrder(moment: readonly SentEvent[], state: ModelNode["state"] = "unknown"): SentEvent[] {
  const [first] = moment.filter(({ type }) => STATES[type] !== undefined);
  if (state === "unknown" && first !== undefined && first.atMs % 1000 === 0)
    return moment.toSorted(
      (a, b) => Number(STATES[a.type] !== undefined) - Number(STATES[b.type] !== undefined),
    );
  const rank = ({ type }: SentEvent) => {
    const next = STATES[type];
    if (next === undefined) return 0;
    return (next === "online") === (state === "offline") ? 1 : 2;
  };
  return moment.toSorted((a, b) => rank(a) - rank(b));
}

/** Converts a row of the table to the model. */
export function toModelNode({ state, sinceMs, lastEvent }: Omit<ModelledStatus, "nodeId">): ModelNode {
  return { state, sinceMs, lastEventType: lastEvent?.type, lastEventAtMs: lastEvent?.atMs };
}

/** Events that create a row, but only show that the node is alive. */
const QUIET = new Set(["rmaker.event.node_params_changed", "rmaker.event.node_ts_data"]);

const STATES: Readonly<Record<string, "online" | "offline">> = {
  "rmaker.event.node_connected": "online",
  "rmaker.event.node_disconnected": "offline",
};

function after(node: ModelNode | undefined, { type, atMs }: EventTruth): ModelNode {
  const { state = "unknown", sinceMs, lastEventType, lastEventAtMs = Number.NEGATIVE_INFINITY } = node ?? {};
  const next = STATES[type];
  const moves = next !== undefined && atMs >= (sinceMs ?? Number.NEGATIVE_INFINITY);
  // Of events at one time, a connect or a disconnect is the last one, also if it is of an earlier run.
  const isBehind = atMs === lastEventAtMs && next === undefined && STATES[lastEventType ?? ""] !== undefined;
  const newest = !QUIET.has(type) && atMs >= lastEventAtMs && !isBehind;
  return {
    state: moves ? next : state,
    sinceMs: moves ? atMs : sinceMs,
    lastEventType: newest ? type : lastEventType,
    lastEventAtMs: newest ? atMs : node?.lastEventAtMs,
  };
}
