import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { NODE_STATES } from "@rainhooks/node-status/connection";
import * as v from "valibot";
import { count, listOf, timeMs } from "./json.ts";

const durationMs = v.pipe(v.number(), v.minValue(0), v.description("Milliseconds."));

const source = {
  atMs: timeMs,
  sentAtMs: v.pipe(v.number(), v.description("When SNS received the message, epoch milliseconds.")),
  deliveryId: v.pipe(v.string(), v.description("SNS message id of the delivery that contained the event.")),
};

/** A row of node status. */
export const nodeAnswer = v.object({
  nodeId: v.string(),
  state: v.pipe(
    v.picklist(NODE_STATES),
    v.description(
      "`unknown`: no connect or disconnect of the node has been received that passes the filters.",
    ),
  ),
  sinceMs: v.optional(timeMs),
  connectedAtMs: v.optional(timeMs),
  disconnectedAtMs: v.optional(timeMs),
  lastSeenMs: v.optional(
    v.pipe(
      v.number(),
      v.description(
        "Time of the node's last event, epoch milliseconds. It can be too early by up to the stage's last-seen interval.",
      ),
    ),
  ),
  disconnectReason: v.optional(
    v.pipe(
      v.object({ reason: v.string(), sessionId: v.optional(v.string()), ...source }),
      v.description(
        "Why the last MQTT session ended, as AWS IoT says; only if the stage asks AWS IoT for it (`disconnectReasons`).",
      ),
    ),
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

/** A page of nodes. */
export const nodeList = v.object({
  nodes: listOf(nodeAnswer),
  read: v.pipe(
    count,
    v.description(
      "Reads of nodes for this page; the list of nodes that are online also reads all others, and so does the list of all nodes after the offline ones. With a filter, a page can have few nodes, or none, and still not be the last one.",
    ),
  ),
});

/** Number of nodes in each state. */
export const nodeCounts = v.object({ offline: count, online: count, unknown: count });

/** The connection history of a node in a time range. */
export const timelineAnswer = v.object({
  nodeId: v.string(),
  fromMs: timeMs,
  toMs: timeMs,
  before: v.pipe(v.picklist(NODE_STATES), v.description("State of the node at the start of the range.")),
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
    drops: v.pipe(count, v.description("Number of times the node went offline.")),
  }),
  transitions: listOf(v.object({ atMs: timeMs, state: v.picklist(["online", "offline"]) })),
  leftOut: v.pipe(count, v.description("Number of older transitions in the range that are not listed.")),
});

/** A page of the alerts of a node. */
export const alertList = v.object({
  nodeId: v.string(),
  fromMs: timeMs,
  toMs: timeMs,
  alerts: v.pipe(
    listOf(v.object({ atMs: timeMs, text: v.string(), deliveryId: source.deliveryId })),
    v.description("Newest first. A text is shortened to 200 characters."),
  ),
});
