import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/**
 * The table of erasures: an item per erasure, and one for each day of which it has taken deliveries out of
 * the archive. Nothing in it says whose data it was, once that is erased.
 */
export const erasuresTable = {
  name: "erasures",
  partitionKey: { name: "erasure", type: "S" },
  sortKey: { name: "part", type: "S" },
} as const satisfies TableDescription;
