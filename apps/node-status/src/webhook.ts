import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { defineWebhook } from "@rainhooks/webhook/define";

/** Keeps one row per node: online or offline, since when, and its last event. */
export const nodeStatus = defineWebhook({
  name: "node-status",
  description: "Which nodes are online, since when, and what happened to them last.",
  events: NODE_STATUS_EVENTS,
  resources: {
    table: {
      kind: "table",
      env: "NODE_STATUS_TABLE",
      table: nodeStatusTable,
      actions: ["dynamodb:BatchGetItem", "dynamodb:PutItem"],
    },
  },
});
