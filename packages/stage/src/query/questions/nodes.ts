import { DAY_MS } from "@rainhooks/core/durations";
import { notFound } from "@rainhooks/core/errors";
import { countNodes } from "@rainhooks/node-status/list";
import { readConnection, readNode } from "@rainhooks/node-status/read-node";
import { readTimeline } from "@rainhooks/node-status/timeline";
import { nodeAnswer, nodeCounts, timelineAnswer } from "../answers/nodes.ts";
import { requiredText, wholeNumber } from "../params/kinds.ts";
import { rangeOf, requireOrder } from "../params/range.ts";
import { defineQuestion, type QueryContext } from "../question.ts";

/** Maximum length of a node id: in an encoded key it leaves room for the name of a series. */
export const MAX_NODE_ID_LENGTH = 128;
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
    ...rangeOf("seven days before the end"),
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
  throw notFound(
    `Node ${nodeId} is unknown: no event of it has been received that passes the filters. Ids are case-sensitive.`,
  );
}
