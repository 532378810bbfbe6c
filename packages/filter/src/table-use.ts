import type { TableUse } from "@rainhooks/dynamodb/slots/slots-table";
import { filterRulesTable } from "./filter-rules-table.ts";

/** The table that `dynamoDbRuleStore` reads. */
export const filterRulesReads = {
  kind: "table",
  env: "FILTER_RULES_TABLE",
  table: filterRulesTable,
  actions: ["dynamodb:BatchGetItem"],
} as const satisfies TableUse;
