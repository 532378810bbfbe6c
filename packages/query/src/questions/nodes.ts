import { DAY_MS, RainhooksError } from "@rainhooks/core";
import {
  countNodes,
  isListPlace,
  listNodes,
  NODE_STATES,
  type Node,
  type NodeState,
  type NodeStatusReader,
  readConnection,
  readNode,
  readTimeline,
} from "@rainhooks/node-status";
import { nodeAnswer, nodeCounts, nodeList, timelineAnswer } from "../answers/nodes.ts";
import { wrongPage } from "../pages/page-token.ts";
import { choice, optionalChoice, requiredText, time, wholeNumber } from "../params/kinds.ts";
import type { ValuesOf } from "../params/param.ts";
import { requireOrder } from "../params/range.ts";
import { defineQuestion, type QueryContext } from "../question.ts";
import { MAX_FILTERED, NODE_FILTER, nodeFilter } from "./node-filter.ts";

/** Maximum length of a node id: in an encoded key it leaves room for the name of a series. */
export const MAX_NODE_ID_LENGTH = 128;
const MAX_NODES = 1000;
const MAX_TRANSITIONS = 1000;
/** Days of a range about one node, if no start is given. */
export const DEFAULT_RANGE_DAYS = 7;

/** The parameter that names a node. */
export const NODE = requiredText({
  description: "Id of the node. Ids are case-sensitive.",
  placeholder: "node",
  maxLength: MAX_NODE_ID_LENGTH,
});

/** Counts the nodes in each state. */
export const countNodesQuestion = defineQuestion({
  name: "countNodes",
  path: "/v1/node-counts",
  summary: "Number of nodes in each state: online, offline, unknown",
  params: {},
  paged: false,
  answer: nodeCounts,
  find: async (_, { stores }) => ({ answer: await countNodes(stores.nodes) }),
});

const LIST_PARAMS = {
  state: optionalChoice({ description: "Only nodes in this state.", placeholder: "state" }, NODE_STATES),
  order: choice(
    {
      description:
        "Order of offline and unknown nodes: nodes that are longest in their state first, or nodes that changed to it last.",
      placeholder: "order",
    },
    ["longest", "newest"],
    "longest",
  ),
  sinceFrom: time({
    description:
      "Only nodes that are in their state since this time or later. Needs the state offline or unknown.",
  }),
  sinceTo: time({
    description:
      "Only nodes that are in their state since before this time. Needs the state offline or unknown.",
  }),
  ...NODE_FILTER,
  limit: wholeNumber(
    { description: "Maximum number of nodes.", placeholder: "count" },
    { min: 1, max: MAX_NODES, fallback: 100 },
  ),
};

/** Lists the nodes in one state or in all states, sorted by the time of their last change of state. */
export const listNodesQuestion = defineQuestion({
  name: "listNodes",
  path: "/v1/nodes",
  summary:
    "Nodes: offline first, then online, then unknown; offline and unknown ones longest first unless order is newest, online ones by their ids",
  params: LIST_PARAMS,
  paged: true,
  answer: nodeList,
  find: async (params, { stores, after }) => {
    const { state, order, sinceFrom, sinceTo } = params;
    requireRange(state, sinceFrom, sinceTo);
    requireOrdered(state, order);
    const states = state === undefined ? NODE_STATES : [state];
    const [first, place] = after === undefined ? [states[0] ?? "offline", ""] : splitPlace(after, states);
    if (place !== "" && !isInRange(place, sinceFrom, sinceTo)) throw wrongPage();
    return listStates(stores.nodes, states.slice(states.indexOf(first)), place, params);
  },
});

/** Lists the nodes of several states, one after the other, from a place in the first. */
async function listStates(
  reader: NodeStatusReader,
  states: readonly NodeState[],
  place: string,
  params: ValuesOf<typeof LIST_PARAMS>,
) {
  const { order, sinceFrom: sinceFromMs, sinceTo: sinceToMs, limit } = params;
  const wanted = nodeFilter(params);
  const maxRead = wanted === undefined ? undefined : Math.max(limit, MAX_FILTERED);
  const nodes: Node[] = [];
  let [after, read] = [place === "" ? undefined : place, 0];
  for (const state of states) {
    if (nodes.length === limit || read === maxRead)
      return { answer: { nodes, read }, next: placeIn(state, "") };
    const page = await listNodes(reader, {
      ...{ state, order, sinceFromMs, sinceToMs, wanted, after },
      limit: limit - nodes.length,
      maxRead: maxRead === undefined ? undefined : maxRead - read,
    });
    nodes.push(...page.nodes);
    read += page.read;
    if (page.next !== undefined) return { answer: { nodes, read }, next: placeIn(state, page.next) };
    after = undefined;
  }
  return { answer: { nodes, read } };
}

/**
 * Checks that a range of times is only requested of a state whose nodes are listed by time.
 *
 * @throws {RainhooksError} `input-invalid` if it is not.
 */
function requireRange(state: NodeState | undefined, from: number | undefined, to: number | undefined): void {
  if (from === undefined && to === undefined) return;
  if (state === undefined || state === "online") {
    throw new RainhooksError(
      "input-invalid",
      "`sinceFrom` and `sinceTo` need the state offline or unknown: online nodes are listed by their ids.",
      { permanent: true },
    );
  }
  if (from !== undefined && to !== undefined) requireOrder(from, to, to, ["sinceFrom", "sinceTo"]);
}

/** @throws {RainhooksError} `input-invalid` for an order that online nodes do not have. */
function requireOrdered(state: NodeState | undefined, order: "longest" | "newest"): void {
  if (state !== "online" || order !== "newest") return;
  throw new RainhooksError(
    "input-invalid",
    "Online nodes are listed by their ids. The order newest is for offline and unknown nodes.",
    { permanent: true },
  );
}

/** Returns true if a place in a list by time lies in a range of times. */
function isInRange(place: string, from: number | undefined, to: number | undefined): boolean {
  if (from === undefined && to === undefined) return true;
  const atMs = Number(place.slice(0, place.indexOf("#")));
  return atMs >= (from ?? 0) && atMs < (to ?? Number.POSITIVE_INFINITY);
}

/** Makes a place in the lists of several states: a state, and a place in its list, which is "" at its beginning. */
function placeIn(state: NodeState, place: string): string {
  return `${state} ${place}`;
}

function splitPlace(after: string, states: readonly NodeState[]): [NodeState, string] {
  const end = after.indexOf(" ");
  const state = states.find((known) => known === after.slice(0, end));
  const place = after.slice(end + 1);
  if (state === undefined || (place !== "" && !isListPlace(place, state))) throw wrongPage();
  return [state, place];
}

/** Returns one node. */
export const nodeQuestion = defineQuestion({
  name: "getNode",
  path: "/v1/nodes/{node}",
  summary: "One node: state and since when, firmware, users, tags, last event and last alert",
  params: { node: NODE },
  paged: false,
  answer: nodeAnswer,
  find: async ({ node }, context) => ({ answer: await requireNode(node, context) }),
});

/** Returns the connects and disconnects of a node, and its uptime. */
export const timelineQuestion = defineQuestion({
  name: "getTimeline",
  path: "/v1/nodes/{node}/timeline",
  summary: "When a node came online and went offline, how long it was online, and how often it went offline",
  params: {
    node: NODE,
    from: time({ description: "Start of the range, inclusive. Default: seven days before the end." }),
    to: time({ description: "End of the range, exclusive. Default: now." }),
    limit: wholeNumber(
      {
        description:
          "Maximum number of transitions to list, the newest ones; uptime and drops include all transitions.",
        placeholder: "count",
      },
      { min: 1, max: MAX_TRANSITIONS, fallback: 100 },
    ),
  },
  paged: false,
  answer: timelineAnswer,
  find: async ({ node, from, to, limit }, context) => {
    const { stores, nowMs } = context;
    const toMs = to ?? nowMs;
    const fromMs = from ?? Math.max(0, toMs - DEFAULT_RANGE_DAYS * DAY_MS);
    requireOrder(fromMs, toMs, to);
    const row = (await readConnection(stores.nodes, node)) ?? throwUnknownNode(node);
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

async function requireNode(nodeId: string, { stores }: QueryContext) {
  return (await readNode(stores.nodes, nodeId)) ?? throwUnknownNode(nodeId);
}

/** Throws the error for a node of which no event has been received. */
export function throwUnknownNode(nodeId: string): never {
  throw new RainhooksError(
    "not-found",
    `Node ${nodeId} is unknown: no event of it has been received that passes the filters. Ids are case-sensitive.`,
    { permanent: true },
  );
}
