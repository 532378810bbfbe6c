import type { TableDescription } from "@rainhooks/dynamodb";

/** The table of filter rules: one item per rule, all rules of an entity under one partition key. */
export const filterRulesTable = {
  name: "filter-rules",
  partitionKey: { name: "entity", type: "S" },
  sortKey: { name: "eventType", type: "S" },
} as const satisfies TableDescription;
