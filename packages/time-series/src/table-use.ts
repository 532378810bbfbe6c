import { tableUse } from "@rainhooks/dynamodb/table-use";
import { timeSeriesRollupsTable, timeSeriesTable } from "./time-series-tables.ts";

/** The tables that `timeSeriesSink` writes to, for the definition of a function. */
export const timeSeriesWrites = {
  timeSeries: tableUse(timeSeriesTable, ["dynamodb:BatchWriteItem"]),
  rollups: tableUse(timeSeriesRollupsTable, ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"]),
};

/**
 * The tables that the functions for reading series read. They write rollups only, which can be made
 * again.
 */
export const timeSeriesReads = {
  timeSeries: tableUse(timeSeriesTable, ["dynamodb:Query"], { indexes: [] }),
  rollups: tableUse(timeSeriesRollupsTable, ["dynamodb:Query", "dynamodb:UpdateItem"]),
};
