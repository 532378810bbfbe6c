import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";

/** The tables of the stores that can be rebuilt. */
export const STORE_TABLES: readonly TableDescription[] = [
  nodeStatusTable,
  nodeTimelineTable,
  timeSeriesTable,
  timeSeriesRollupsTable,
];

/** Returns the tables of a store, those of slot `a`. */
export function tablesOfStore(store: string): TableDescription[] {
  return STORE_TABLES.filter((table) => table.store === store);
}
