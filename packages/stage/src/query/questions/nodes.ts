import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { DAY_MS } from "@rainhooks/core/durations";
import { notFound } from "@rainhooks/core/errors";
import { NODE_STATES } from "@rainhooks/node-status/connection";
import { countNodes } from "@rainhooks/node-status/list";
import { readConnection, readNode } from "@rainhooks/node-status/read-node";
import { readTimeline } from "@rainhooks/node-status/timeline";
import * as v from "valibot";
import { requiredText, wholeNumber } from "../params/kinds.ts";
import { rangeOf, requireOrder } from "../params/range.ts";
import { defineQuestion } from "../question.ts";
import { about, count, listOf, optional, timeMs } from "../results/json.ts";

/** Maximum length of a node id: in an encoded key it leaves room for the name of a series. */
export const MAX_NODE_ID_LENGTH = 128;
const MAX_TRANSITIONS = 1000;
/** Days of a range about one node, if no start is given. */
export const DEFAULT_RANGE_DAYS = 7;

const durationMs = v.pipe(v.number(), v.minValue(0), v.description("Milliseconds."));

/** The delivery from which something is known. */
export const source = {
  atMs: timeMs,
  sentAtMs: about(v.number(), "When SNS received the message, epoch milliseconds."),
  deliveryId: about(v.string(), "SNS message id of the delivery that contained the event."),
};

/** A row of node status. */
export const nodeResult = v.object({
  nodeId: v.string(),
  state: about(
    v.picklist(NODE_STATES),
    "`unknown`: no connect or disconnect of the node has been received that passes the filters.",
  ),
  sinceMs: v.optional(timeMs),
  connectedAtMs: v.optional(timeMs),
  disconnectedAtMs: v.optional(timeMs),
  lastSeenMs: optional(
    v.number(),
    "Time of the node's last event, epoch milliseconds. It can be too early by up to the stage's last-seen interval.",
  ),
  disconnectReason: optional(
    v.object({ reason: v.string(), sessionId: v.optional(v.string()), ...source }),
    "Why the last MQTT session ended, as AWS IoT says; only if the stage asks AWS IoT for it (`disconnectReasons`).",
  ),
  lastEvent: v.optional(v.object({ type: v.picklist(EVENT_TYPES), ...source })),
  config: v.optional(
    v.object({
      name: v.optional(v.string()),
      firmware: v.optional(v.string()),
      type: v.optional(v.string()),
      model: v.optional(v.string()),
      ...source,
    }),
  ),
  lastAlert: v.optional(v.object({ text: v.string(), ...source })),
  users: listOf(v.object({ userId: v.string(), role: v.optional(v.string()), sinceMs: timeMs })),
  tags: listOf(v.string()),
});

const nodeCounts = v.object({ offline: count, online: count, unknown: count });

const timelineResult = v.object({
  nodeId: v.string(),
  fromMs: timeMs,
  toMs: timeMs,
  before: about(v.picklist(NODE_STATES), "State of the node at the start of the range."),
  uptime: v.object({
    onlineMs: durationMs,
    offlineMs: durationMs,
    unknownMs: durationMs,
    share: v.optional(
      v.pipe(
        v.number(),
        v.minValue(0),
        v.maxValue(1),
        v.description("Share of the time with known state in which the node was online, 0 to 1."),
      ),
    ),
    drops: about(count, "Number of times the node went offline."),
  }),
  transitions: listOf(v.object({ atMs: timeMs, state: v.picklist(["online", "offline"]) })),
  leftOut: about(count, "Number of older transitions in the range that are not listed."),
});

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
  result: nodeCounts,
  find: async (_, { stores }) => ({ result: await countNodes(stores.nodes) }),
});

/** Returns one node. */
export const nodeQuestion = defineQuestion({
  name: "getNode",
  path: "/v1/nodes/{node}",
  summary: "One node: state and since when, firmware, users, tags, last event and last alert",
  params: { node: NODE },
  paged: false,
  result: nodeResult,
  find: async ({ node }, { stores }) => ({
    result: (await readNode(stores.nodes, node)) ?? throwUnknownNode(node),
  }),
});

/** Returns the connects and disconnects of a node, and its uptime. */
export const timelineQuestion = defineQuestion({
  name: "getTimeline",
  path: "/v1/nodes/{node}/timeline",
  summary:
    "When a node came online and went offline, how long it was online, and how often it went offline",
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
  result: timelineResult,
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
      result: {
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

/** Throws the error for a node of which no event has been received. */
export function throwUnknownNode(nodeId: string): never {
  throw notFound(
    `Node ${nodeId} is unknown: no event of it is stored. Storing takes some seconds, and filters leave events out. Ids are case-sensitive.`,
  );
}
