import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/** The table of filter rules: one item per rule; the entity is the partition key. */
export const filterRulesTable = {
  name: "filter-rules",
  partitionKey: { name: "entity", type: "S" },
  sortKey: { name: "eventType", type: "S" },
  holds: { entity: ["node#{node}", "user#{user}"] },
} as const satisfies TableDescription;
