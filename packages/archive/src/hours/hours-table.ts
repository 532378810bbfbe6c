import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { tableUse } from "@rainhooks/dynamodb/table-use";

/**
 * The table of hours in which a function has archived, with the greatest delay of each: an item per
 * hour.
 */
export const archiveHoursTable = {
  name: "archive-hours",
  partitionKey: { name: "archive", type: "S" },
  sortKey: { name: "hour", type: "S" },
  holds: {},
} as const satisfies TableDescription;

/** How `noteDelays` uses the table. */
export const archiveHoursWrites = tableUse(archiveHoursTable, ["dynamodb:UpdateItem"]);

/** Value of the partition key of all items. */
export const ARCHIVE_KEY = "deliveries";

/** Returns the key of an hour. */
export function hourKey(hour: string): Attributes {
  return { archive: { S: ARCHIVE_KEY }, hour: { S: hour } };
}
