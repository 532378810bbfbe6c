import type { TableDescription } from "@rainhooks/dynamodb";

/**
 * Index over status and since. Its partition key is spread over shards, so that no status is one hot partition; its sort
 * key ends with the node's id, so that a place in a list has one name however many nodes went offline in one moment.
 */
export const byStatusIndex = {
  name: "by-status",
  partitionKey: { name: "statusShard", type: "S" },
  sortKey: { name: "sinceKey", type: "S" },
} as const;

/** The node-status table: one item per node. */
export const nodeStatusTable = {
  name: "node-status",
  partitionKey: { name: "nodeId", type: "S" },
  indexes: [byStatusIndex],
} as const satisfies TableDescription;

/** The timeline table: one item per connect and disconnect of a node, kept for a time. */
export const nodeTimelineTable = {
  name: "node-timeline",
  partitionKey: { name: "nodeId", type: "S" },
  sortKey: { name: "at", type: "S" },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;

/** Shards of each status in the index: 16 take 16,000 status changes a second. */
export const STATUS_SHARDS = 16;
