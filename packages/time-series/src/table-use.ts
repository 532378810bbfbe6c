import type { TableUse } from "@rainhooks/dynamodb/slots/slots-table";
import { timeSeriesRollupsTable, timeSeriesTable } from "./time-series-tables.ts";

const ENV = { timeSeries: "TIME_SERIES_TABLE", rollups: "TIME_SERIES_ROLLUPS_TABLE" } as const;

/** The tables that `timeSeriesSink` writes to, for the definition of a function. */
export const timeSeriesWrites = {
  timeSeries: {
    kind: "table",
    env: ENV.timeSeries,
    table: timeSeriesTable,
    actions: ["dynamodb:BatchWriteItem"],
  },
  rollups: {
    kind: "table",
    env: ENV.rollups,
    table: timeSeriesRollupsTable,
    actions: ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/**
 * The tables that the functions for reading series read. They write rollups only, which can be made again.
 */
export const timeSeriesReads = {
  timeSeries: {
    kind: "table",
    env: ENV.timeSeries,
    table: timeSeriesTable,
    actions: ["dynamodb:Query"],
    indexes: [],
  },
  rollups: {
    kind: "table",
    env: ENV.rollups,
    table: timeSeriesRollupsTable,
    actions: ["dynamodb:Query", "dynamodb:UpdateItem"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;
