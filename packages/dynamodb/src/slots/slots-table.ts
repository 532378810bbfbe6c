import type { TableDescription } from "../table-description.ts";
import { tableUse } from "../table-use.ts";

/**
 * The table that says which slots of each store are in use: one item per store. Without an item,
 * slot `a` is.
 */
export const tableSlotsTable = {
  name: "table-slots",
  partitionKey: { name: "store", type: "S" },
  holds: {},
} as const satisfies TableDescription;

/** How functions with slots read the table. */
export const slotReads = { tableSlots: tableUse(tableSlotsTable, ["dynamodb:GetItem"]) };
