import type { TableDescription } from "@rainhooks/dynamodb";

/**
 * Index by state and the time of the last change of state. The partition key is spread over shards, so that a state is not
 * one hot partition. The sort key ends with the node id, so that it is unique even if many nodes go offline at once.
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

/** The timeline table: one item per connect and disconnect of a node, deleted after a time (TTL). */
export const nodeTimelineTable = {
  name: "node-timeline",
  partitionKey: { name: "nodeId", type: "S" },
  sortKey: { name: "at", type: "S" },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;

/** Number of shards per state in the index: 16 shards allow 16,000 changes of state per second. */
export const STATUS_SHARDS = 16;
