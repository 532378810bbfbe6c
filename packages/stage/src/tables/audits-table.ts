import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/** For how many days audits are kept, if the file of the stage does not say otherwise. */
export const USUAL_AUDIT_DAYS = 400;

/** The table of audits: an item for each call of an operation that changes something. */
export const auditsTable = {
  name: "audits",
  partitionKey: { name: "month", type: "S" },
  sortKey: { name: "id", type: "S" },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;
