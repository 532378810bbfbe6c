import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/** The table with a row per node, and an index by state and time, keys only. */
export const rivalTable = {
  name: "rival-nodes",
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

/** The table with an item for each reading. */
export const rivalSeriesTable = {
  name: "rival-series",
  partitionKey: { name: "series", type: "S" },
  sortKey: { name: "atMs", type: "N" },
} as const satisfies TableDescription;

/**
 * Returns the table of Powertools' idempotency for a rival. Each has its own: otherwise the second would skip
 * every event.
 */
export function idempotencyTableOf({ name }: TableDescription): TableDescription {
  return {
    name: `rival-idempotency-of-${name}`,
    partitionKey: { name: "id", type: "S" },
    ttlAttribute: "expiration",
  };
}
