import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";

/** For how many days audits are kept, if the file of the stage does not say otherwise. */
export const USUAL_AUDIT_DAYS = 400;

/** The table of audits: an item for each call of an operation that changes something. */
export const auditsTable = {
  name: "audits",
  partitionKey: { name: "month", type: "S" },
  sortKey: { name: "id", type: "S" },
  holds: {},
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;

/** The table of replay jobs: an item per job, and one for each part of its lists. */
export const replaysTable = {
  name: "replays",
  partitionKey: { name: "job", type: "S" },
  sortKey: { name: "part", type: "S" },
  holds: {},
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;

/**
 * The table of erasures: an item per erasure, and one for each day of which it has taken deliveries
 * out of the archive. Nothing in it says whose data it was, once that is erased.
 */
export const erasuresTable = {
  name: "erasures",
  partitionKey: { name: "erasure", type: "S" },
  sortKey: { name: "part", type: "S" },
} as const satisfies TableDescription;

/** Tables that each stage has, whatever functions and extensions it has. */
export const STAGE_TABLES = [auditsTable, filterRulesTable] as const;
