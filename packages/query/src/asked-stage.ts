import { attemptsTable, destinationsTable } from "@rainhooks/forwarding/table";
import { fleetSamplesTable, nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import { type ReachedStage, tableOf } from "@rainhooks/stage";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/table";
import { alarmsTable, watchRulesTable } from "@rainhooks/watch/table";
import type { AskedStage } from "./ask.ts";
import { type StoreTables, storesOf } from "./stores.ts";

/**
 * Converts a stage for queries. A stage may not have every table; a missing one is reported by the query that needs it.
 *
 * @example
 * ```ts
 * import { askedStage } from "@rainhooks/query/stage";
 * import { awsClients, type ReachedStage } from "@rainhooks/stage";
 *
 * const tables = { "node-status": "rainhooks-dev-node-status" };
 * const outputs = { stage: "dev", region: "eu-west-1", tables } as unknown as ReachedStage["outputs"];
 * const asked = askedStage({ outputs, clients: awsClients({ region: "eu-west-1" }), local: undefined });
 * console.log(asked.stage, asked.stores.nodes.tableName); // dev rainhooks-dev-node-status
 * ```
 */
export function askedStage(reached: ReachedStage): AskedStage {
  const { dynamodb: client } = reached.clients;
  const tables: StoreTables = {
    get nodeStatus() {
      return tableOf(reached, nodeStatusTable.name);
    },
    get nodeTimeline() {
      return tableOf(reached, nodeTimelineTable.name);
    },
    get fleetSamples() {
      return tableOf(reached, fleetSamplesTable.name);
    },
    get timeSeries() {
      return tableOf(reached, timeSeriesTable.name);
    },
    get rollups() {
      return tableOf(reached, timeSeriesRollupsTable.name);
    },
    get alarms() {
      return tableOf(reached, alarmsTable.name);
    },
    get watchRules() {
      return tableOf(reached, watchRulesTable.name);
    },
    get attempts() {
      return tableOf(reached, attemptsTable.name);
    },
    get destinations() {
      return tableOf(reached, destinationsTable.name);
    },
  };
  return {
    stage: reached.outputs.stage,
    stores: storesOf(client, tables, { keepsRollups: false }),
    nowMs: Date.now,
    // Only people who may read the table of attempts can ask for them.
    permissions: ["read", "attempts"],
  };
}
