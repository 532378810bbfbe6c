import type { TableDescription } from "@rainhooks/core";

/**
 * The time-series table. The points of one series share a partition key and are sorted by time; a second kind of
 * item, under the node's id alone, names the node's series.
 */
export const timeSeriesTable = {
  name: "time-series",
  partitionKey: { name: "series", type: "S" },
  sortKey: { name: "point", type: "S" },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;
