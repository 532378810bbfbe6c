import type { TableDescription } from "@rainhooks/dynamodb";

/** The table with a row per node, as one would make it for this job. */
export const rivalTable = {
  name: "rival-nodes",
  partitionKey: { name: "nodeId", type: "S" },
} as const satisfies TableDescription;

/** The same with an index by state and time, keys only. */
export const rivalIndexedTable = {
  name: "rival-nodes-indexed",
  partitionKey: { name: "nodeId", type: "S" },
  indexes: [
    {
      name: "by-status",
      partitionKey: { name: "status", type: "S" },
      sortKey: { name: "sinceKey", type: "S" },
    },
  ],
} as const satisfies TableDescription;

/** The table with an item for each connect and disconnect. */
export const rivalTimelineTable = {
  name: "rival-timeline",
  partitionKey: { name: "nodeId", type: "S" },
  sortKey: { name: "item", type: "S" },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;

/** The table of Powertools' idempotency, with its default name of the key. */
export const rivalIdempotencyTable = {
  name: "rival-idempotency",
  partitionKey: { name: "id", type: "S" },
  ttlAttribute: "expiration",
} as const satisfies TableDescription;
