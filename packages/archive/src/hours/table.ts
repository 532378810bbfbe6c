import type { TableDescription, TableUse } from "@rainhooks/dynamodb";

/** The table of hours in which something arrived late: an item per hour, and one that says since when hours are noted. */
export const archiveHoursTable = {
  name: "archive-hours",
  partitionKey: { name: "archive", type: "S" },
  sortKey: { name: "hour", type: "S" },
} as const satisfies TableDescription;

/** How `noteLateHours` uses the table. */
export const archiveHoursWrites = {
  kind: "table",
  env: "ARCHIVE_HOURS_TABLE",
  table: archiveHoursTable,
  actions: ["dynamodb:UpdateItem"],
} as const satisfies TableUse;

/** Partition of all items. */
export const PARTITION = "deliveries";
/** Sort key of the item that says since when hours are noted; it is after those of all hours. */
export const SINCE = "since";
