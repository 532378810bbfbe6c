import { tableUse } from "@rainhooks/dynamodb/table-use";
import { filterRulesTable } from "./filter-rules-table.ts";

/** The table that `dynamoDbRuleStore` reads. */
export const filterRulesReads = tableUse(filterRulesTable, ["dynamodb:BatchGetItem"]);
