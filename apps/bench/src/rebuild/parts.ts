import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { hourOf } from "@rainhooks/archive";
import { HOUR_MS, shortType } from "@rainhooks/core";
import { type Slot, slotTableName } from "@rainhooks/dynamodb";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots-table";
import { createTable } from "@rainhooks/embedded-dynamodb";
import { memoryHistories } from "@rainhooks/filter";
import { nodeStatusFacts, nodeStatusSink } from "@rainhooks/node-status";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import { type RebuildParts, verifyStore } from "@rainhooks/operate";
import { localClients } from "@rainhooks/stage";
import { deliveryAt, START_MS, topicOf } from "../verify/history.ts";
import type { VerifySize } from "../verify/verify.ts";

const TABLES = [nodeStatusTable, nodeTimelineTable];
const STORE = "node-status";
const TIMELINE_DAYS = 3650;
const nameOf = (table: string) => `rebuild.${table}`;

/** The table that a rebuild fills. */
export const REBUILT_TABLE = nameOf(slotTableName(nodeStatusTable.name, "b"));

/** Creates the tables of a store, live ones and others. */
export async function createRebuildTables(client: DynamoDBClient): Promise<void> {
  await createTable(client, nameOf(tableSlotsTable.name), tableSlotsTable);
  for (const slot of ["a", "b"] as const)
    for (const table of TABLES) await createTable(client, nameOf(slotTableName(table.name, slot)), table);
}

/** Makes what a rebuild of node status from the archive of a history needs. Nothing else writes, so it waits for nobody. */
export function rebuildParts(
  client: DynamoDBClient,
  endpoint: string,
  { nodes, deliveries }: VerifySize,
): RebuildParts {
  const { s3 } = localClients(endpoint);
  const endMs = deliveryAt(deliveries - 1, nodes).sentAtMs + 1;
  const hours = { first: hourOf(START_MS), last: hourOf(endMs), late: [] };
  const topics = Object.fromEntries(
    NODE_STATUS_EVENTS.map((type) => [shortType(type), `arn:aws:sns:::${topicOf(type)}`]),
  );
  const judge = {
    model: nodeStatusFacts({ timelineDays: TIMELINE_DAYS, seenIntervalMs: HOUR_MS }),
    webhook: { events: NODE_STATUS_EVENTS, filtered: true, subscribed: { topics } },
    archive: { client: s3, bucket: "archive" },
    rules: memoryHistories([]),
    known: { isKnown: () => true },
    integration: "bench",
    nowMs: () => Date.now(),
  };
  return {
    ...judge,
    store: STORE,
    slots: { client, tableName: nameOf(tableSlotsTable.name) },
    tables: TABLES,
    nameOf,
    sinkOf: (slot) => sinkOf(client, slot),
    settleMs: 0,
    clockMarginMs: 0,
    hoursWhenArchived: async () => hours,
    verify: (slot) =>
      verifyStore(
        { toMs: endMs },
        {
          ...judge,
          tables: { client, nameOf: (table) => nameOf(slotTableName(table, slot)) },
          hoursWhenArchived: async () => hours,
        },
      ),
    wait: async () => undefined,
  };
}

function sinkOf(client: DynamoDBClient, slot: Slot) {
  return nodeStatusSink({
    client,
    tableName: nameOf(slotTableName(nodeStatusTable.name, slot)),
    timelineTableName: nameOf(slotTableName(nodeTimelineTable.name, slot)),
    timelineDays: TIMELINE_DAYS,
    seenIntervalMs: HOUR_MS,
  });
}
