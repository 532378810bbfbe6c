import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TableUse } from "@rainhooks/dynamodb/slots/slots-table";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/** The table of hours in which a function has archived, with the greatest delay of each: an item per hour. */
export const archiveHoursTable = {
  name: "archive-hours",
  partitionKey: { name: "archive", type: "S" },
  sortKey: { name: "hour", type: "S" },
  holds: {},
} as const satisfies TableDescription;

/** How `noteDelays` uses the table. */
export const archiveHoursWrites = {
  kind: "table",
  env: "ARCHIVE_HOURS_TABLE",
  table: archiveHoursTable,
  actions: ["dynamodb:UpdateItem"],
} as const satisfies TableUse;

/** Partition of all items. */
export const PARTITION = "deliveries";

/** Returns the key of an hour. */
export function hourKey(hour: string): Attributes {
  return { archive: { S: PARTITION }, hour: { S: hour } };
}
