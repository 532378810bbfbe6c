import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { followSlots } from "@rainhooks/dynamodb/slots/follow";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import {
  clientsOf,
  type LocalStage,
  reachRunningStage,
  type StageAccess,
  type StageAddress,
} from "../stage-access.ts";
import { STORE_TABLES } from "./store-tables.ts";

/**
 * Makes the DynamoDB client of a stage read the live tables of each store that can be rebuilt, some
 * seconds after they have changed. A stage that rebuilds none has one table of each.
 */
export function withLiveTables<Of extends StageAccess>(access: Of): Of {
  const { clients, outputs } = access;
  readLiveTables(
    clients.dynamodb,
    () => slotClient(access),
    (name) => outputs.tables[name],
  );
  return access;
}

/**
 * Reaches the stage that runs on a data folder of this machine, with its live tables.
 *
 * @throws {RainhooksError} `stage-unavailable` when none runs there.
 */
export async function reachLiveStage(dataDir: string): Promise<LocalStage> {
  return withLiveTables(await reachRunningStage(dataDir));
}

/**
 * Makes a client read the live tables of each store that can be rebuilt, if the stage has a table
 * of slots.
 *
 * @param slotsClient Returns another client, for that table.
 * @param nameOf Returns the deployed name of a table; `undefined` if the stage does not have it.
 * @returns The client.
 */
export function readLiveTables(
  client: DynamoDBClient,
  slotsClient: () => DynamoDBClient,
  nameOf: (table: string) => string | undefined,
): DynamoDBClient {
  const tableName = nameOf(tableSlotsTable.name);
  if (tableName === undefined) return client;
  const slots = { client: slotsClient(), tableName, nowMs: Date.now };
  const stores = STORE_TABLES.flatMap((table) => {
    const deployed = nameOf(table.name);
    return deployed === undefined ? [] : [[deployed, table] as const];
  });
  return followSlots(client, { slots, tables: new Map(stores) });
}

/** Creates a client that reads and writes the tables of both slots, by their deployed names. */
export function slotClient(stage: StageAddress): DynamoDBClient {
  return clientsOf(stage).dynamodb;
}
