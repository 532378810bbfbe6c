import { afterAll, beforeAll } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import type { RollupReader } from "../rollups.ts";
import { timeSeriesRollupsTable, timeSeriesTable } from "../time-series-tables.ts";

/**
 * Makes the tables of time series for the tests of a block. Returns a function that returns their
 * reader once a test runs.
 */
export function useSeriesTables({
  keepsRollups,
}: Pick<RollupReader, "keepsRollups">): () => RollupReader {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create(timeSeriesTable);
    await tables.create(timeSeriesRollupsTable);
  });
  afterAll(() => tables.stop());
  return () => ({
    client: tables.client,
    tableName: timeSeriesTable.name,
    rollupsTableName: timeSeriesRollupsTable.name,
    keepsRollups,
  });
}
