import { RainhooksError } from "@rainhooks/core";
import {
  countNodes,
  isListPlace,
  listNodes,
  NODE_STATES,
  type NodeState,
  type NodeStatus,
  readConnection,
  readNode,
  readTimeline,
} from "@rainhooks/node-status";
import { nodeAnswer, nodeCounts, nodeList, timelineAnswer } from "../answers/nodes.ts";
import { wrongPage } from "../pages/page-token.ts";
import { choice, optionalChoice, requiredText, time, wholeNumber } from "../params/kinds.ts";
import { requireOrder } from "../params/range.ts";
import { type Asking, defineQuestion } from "../question.ts";

/** Longest id of a node: encoded for a key, it still leaves room for the name of a series. */
const MAX_NODE_ID_LENGTH = 128;
const MAX_NODES = 1000;
const MAX_TRANSITIONS = 1000;
const DAY_MS = 86_400_000;
const DAYS_BACK = 7;

/** The parameter that names a node. */
export const NODE = requiredText({
  description: "Id of the node. Ids are case-sensitive.",
  placeholder: "node",
  longest: MAX_NODE_ID_LENGTH,
});

/** How many nodes are in each state. */
export const countNodesQuestion = defineQuestion({
  name: "countNodes",
  path: "/v1/node-counts",
  summary: "How many nodes are online, offline, and not seen connecting",
  params: {},
  paged: false,
  answer: nodeCounts,
  find: async (_, { stores }) => ({ answer: await countNodes(stores.nodes) }),
});

/** Nodes of one state or of all, by the time at which they came into it. */
export const listNodesQuestion = defineQuestion({
  name: "listNodes",
  path: "/v1/nodes",
  summary:
    "Nodes, the ones longest in their state first; without a state those offline, then those online, then the others",
  params: {
    state: optionalChoice({ description: "State that the nodes are in.", placeholder: "state" }, NODE_STATES),
    order: choice(
      {
        description:
          "Whether those come first that are longest in their state, or those that came into it last.",
        placeholder: "order",
      },
      ["longest", "newest"],
      "longest",
    ),
    limit: wholeNumber(
      { description: "Nodes at most.", placeholder: "count" },
      { min: 1, max: MAX_NODES, fallback: 100 },
    ),
  },
  paged: true,
  answer: nodeList,
  find: async ({ state, order, limit }, { stores, after }) => {
    const states = state === undefined ? NODE_STATES : [state];
    const [first, place] = after === undefined ? [states[0] ?? "offline", ""] : splitPlace(after, states);
    const nodes: NodeStatus[] = [];
    for (const one of states.slice(states.indexOf(first))) {
      if (nodes.length === limit) return { answer: { nodes }, next: placeIn(one, "") };
      const from = one === first && place !== "" ? place : undefined;
      const page = await listNodes(stores.nodes, {
        state: one,
        order,
        limit: limit - nodes.length,
        after: from,
      });
      nodes.push(...page.nodes);
      if (page.next !== undefined) return { answer: { nodes }, next: placeIn(one, page.next) };
    }
    return { answer: { nodes } };
  },
});

/** A place in the lists of several states, one after the other: the state, and the place in its list; "" is its beginning. */
function placeIn(state: NodeState, place: string): string {
  return `${state} ${place}`;
}

function splitPlace(after: string, states: readonly NodeState[]): [NodeState, string] {
  const end = after.indexOf(" ");
  const state = states.find((one) => one === after.slice(0, end));
  const place = after.slice(end + 1);
  if (state === undefined || (place !== "" && !isListPlace(place))) throw wrongPage();
  return [state, place];
}

/** One node. */
export const nodeQuestion = defineQuestion({
  name: "getNode",
  path: "/v1/nodes/{node}",
  summary: "One node: its state and since when, firmware, users, tags, last event and alert",
  params: { node: NODE },
  paged: false,
  answer: nodeAnswer,
  find: async ({ node }, asking) => ({ answer: await requireNode(node, asking) }),
});

/** How a node was connected. */
export const timelineQuestion = defineQuestion({
  name: "getTimeline",
  path: "/v1/nodes/{node}/timeline",
  summary: "When a node came online and went offline, how long it was online, and how often it dropped out",
  params: {
    node: NODE,
    from: time({ description: "Beginning, included. Default: seven days before the end." }),
    to: time({ description: "End, not included. Default: now." }),
    limit: wholeNumber(
      {
        description: "Transitions at most, the newest; uptime and drops count all of them.",
        placeholder: "count",
      },
      { min: 1, max: MAX_TRANSITIONS, fallback: 100 },
    ),
  },
  paged: false,
  answer: timelineAnswer,
  find: async ({ node, from, to, limit }, asking) => {
    const { stores, nowMs } = asking;
    const toMs = to ?? nowMs;
    const fromMs = from ?? Math.max(0, toMs - DAYS_BACK * DAY_MS);
    requireOrder(fromMs, toMs, to);
    const row = (await readConnection(stores.nodes, node)) ?? refuseNode(node);
    const range = { fromMs, toMs, nowMs };
    const { before, transitions, uptime } = await readTimeline(stores.timelines, node, range, row);
    const leftOut = Math.max(0, transitions.length - limit);
    return {
      answer: {
        nodeId: node,
        fromMs,
        toMs,
        before,
        uptime,
        transitions: transitions.slice(leftOut),
        leftOut,
      },
    };
  },
});

async function requireNode(nodeId: string, { stores }: Asking) {
  return (await readNode(stores.nodes, nodeId)) ?? refuseNode(nodeId);
}

function refuseNode(nodeId: string): never {
  throw new RainhooksError(
    "not-found",
    `No event of a node ${nodeId} has been seen. Ids are case-sensitive.`,
    { permanent: true },
  );
}
