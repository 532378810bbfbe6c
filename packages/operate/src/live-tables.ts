import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { followSlots, type TableDescription } from "@rainhooks/dynamodb";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots-table";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import { awsClients, localClients, type ReachedStage } from "@rainhooks/stage";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/table";

/** The tables of the stores that can be rebuilt. */
const STORE_TABLES: readonly TableDescription[] = [
  nodeStatusTable,
  nodeTimelineTable,
  timeSeriesTable,
  timeSeriesRollupsTable,
];

/** Returns the tables of a store, those of slot `a`. */
export function tablesOfStore(store: string): TableDescription[] {
  return STORE_TABLES.filter((table) => table.store === store);
}

/** Makes the DynamoDB client of a stage read the live tables of each store that can be rebuilt, some seconds after they have changed. */
export function withLiveTables<Of extends ReachedStage>(reached: Of): Of {
  const { tables } = reached.outputs;
  const tableName = tables[tableSlotsTable.name];
  // A stage of an older version has one slot.
  if (tableName === undefined) return reached;
  const stores = STORE_TABLES.flatMap((table) => {
    const deployed = tables[table.name];
    return deployed === undefined ? [] : [[deployed, table] as const];
  });
  followSlots(reached.clients.dynamodb, {
    slots: { client: slotClient(reached), tableName, nowMs: Date.now },
    tables: new Map(stores),
  });
  return reached;
}

/** Creates a client that reads and writes the tables of both slots, by their deployed names. */
export function slotClient({ outputs, local }: ReachedStage): DynamoDBClient {
  return (local === undefined ? awsClients(outputs.region) : localClients(local.file.endpoint)).dynamodb;
}
