import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/** Number of shards of each index: 16 shards allow 16,000 changes of state per second. */
export const INDEX_SHARDS = 16;

/**
 * Index of the nodes that are offline or in unknown state, by the time of the last change of state.
 * Online nodes are not in it: a disconnect adds a node and a connect removes it, at one write unit
 * each, where an index of every state takes two. The partition key is spread over shards, so that a
 * state is not one hot partition. The sort key ends with the node id, so that it is unique even if
 * many nodes go offline at once.
 */
export const byStatusIndex = {
  name: "by-status",
  partitionKey: { name: "statusShard", type: "S" },
  sortKey: { name: "sinceKey", type: "S" },
  shards: INDEX_SHARDS,
} as const;

/**
 * Index of all nodes by their ids, with the firmware of each. It changes only when a node is new or
 * its firmware changes.
 */
export const byIdIndex = {
  name: "by-id",
  partitionKey: { name: "nodeShard", type: "S" },
  sortKey: { name: "nodeId", type: "S" },
  shards: INDEX_SHARDS,
  projected: ["firmware"],
} as const;

/**
 * The node-status table. A node has one item with its status, and one for each of its users and
 * tags.
 */
export const nodeStatusTable = {
  name: "node-status",
  store: "node-status",
  partitionKey: { name: "nodeId", type: "S" },
  sortKey: { name: "item", type: "S" },
  indexes: [byStatusIndex, byIdIndex],
  holds: { nodeId: ["{node}"], item: ["user#{user}", "tag#{text}"] },
} as const satisfies TableDescription;

/**
 * The timeline table: alerts of a node, one item each, and the connects and disconnects that are
 * too old for the node's status, many in one item. Items are deleted after a time (TTL).
 */
export const nodeTimelineTable = {
  name: "node-timeline",
  store: "node-status",
  partitionKey: { name: "nodeId", type: "S" },
  sortKey: { name: "item", type: "S" },
  holds: { nodeId: ["{node}"] },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;

/**
 * The fleet-samples table: how many nodes were in each state, one item per sample, and how many had
 * which firmware. The partition is a day in UTC, such as `2026-11-24`. Items are deleted after a
 * time (TTL).
 */
export const fleetSamplesTable = {
  name: "fleet-samples",
  partitionKey: { name: "day", type: "S" },
  sortKey: { name: "atMs", type: "N" },
  holds: {},
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;
