import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/**
 * The time-series table. An item contains a group of points of one series: those that one event
 * brought, of one UTC hour. The groups of a series share a partition key and are sorted by the time
 * of their first point. A second kind of item, under the node's id alone, lists the node's series.
 */
export const timeSeriesTable = {
  name: "time-series",
  store: "time-series",
  partitionKey: { name: "series", type: "S" },
  sortKey: { name: "group", type: "S" },
  holds: { series: ["{node%}#{}", "{node%}"] },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;

/**
 * The table of rollups: one item per series, kind of value and requested day. Everything in it can
 * be rebuilt from the points.
 */
export const timeSeriesRollupsTable = {
  name: "time-series-rollups",
  store: "time-series",
  partitionKey: { name: "series", type: "S" },
  sortKey: { name: "day", type: "S" },
  holds: { series: ["{}#{node%}#{}"] },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;
