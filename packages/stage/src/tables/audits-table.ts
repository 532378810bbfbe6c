import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/** The table of audits: an item for each call of an operation that changes something. */
export const auditsTable = {
  name: "audits",
  partitionKey: { name: "month", type: "S" },
  sortKey: { name: "id", type: "S" },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;
