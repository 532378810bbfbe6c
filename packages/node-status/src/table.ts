import type { TableDescription } from "@rainhooks/core";

/** Index over status and since. Its partition key is spread over shards, so that no status is one hot partition. */
export const byStatusIndex = {
  name: "by-status",
  partitionKey: { name: "statusShard", type: "S" },
  sortKey: { name: "sinceMs", type: "N" },
} as const;

/** The node-status table: one item per node. */
export const nodeStatusTable = {
  name: "node-status",
  partitionKey: { name: "nodeId", type: "S" },
  indexes: [byStatusIndex],
} as const satisfies TableDescription;

/** Shards of each status in the index: 16 take 16,000 status changes a second. */
export const STATUS_SHARDS = 16;
