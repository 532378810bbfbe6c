import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { tableUse } from "@rainhooks/dynamodb/table-use";

/** The table of the rounds: what stands open, what is silenced, what functions note for them. */
export const roundsTable = {
  name: "rounds",
  partitionKey: { name: "kind", type: "S" },
  sortKey: { name: "id", type: "S" },
  holds: {},
} as const satisfies TableDescription;

/** Kind of the items in which functions note when they handled something, one for each function. */
export const HANDLED = "handled";

/** What a webhook does with the table. Its other attributes are topics, whatever their names. */
export const handledWrites = tableUse(roundsTable, ["dynamodb:UpdateItem"], {
  updates: { keys: HANDLED },
});
