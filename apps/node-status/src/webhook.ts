import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import { defineWebhook } from "@rainhooks/webhook/define";

/** Keeps the status of each node (online or offline, since when, what happened last), and a timeline of connects, disconnects and alerts. */
export const nodeStatus = defineWebhook({
  name: "node-status",
  description: "Which nodes are online, since when, and what happened to them last.",
  events: NODE_STATUS_EVENTS,
  resources: {
    table: {
      kind: "table",
      env: "NODE_STATUS_TABLE",
      table: nodeStatusTable,
      actions: ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:PutItem"],
    },
    timeline: {
      kind: "table",
      env: "NODE_TIMELINE_TABLE",
      table: nodeTimelineTable,
      actions: ["dynamodb:BatchWriteItem"],
    },
  },
  settings: {
    timelineDays: {
      description: "Days until a connect, disconnect or alert leaves a node's timeline.",
      env: "NODE_TIMELINE_DAYS",
      default: 90,
      min: 1,
      max: 3650,
    },
    seenIntervalS: { env: "NODE_SEEN_INTERVAL_S", default: 3600, min: 0, max: 604_800 },
  },
});
