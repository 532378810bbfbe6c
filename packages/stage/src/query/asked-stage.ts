import {
  fleetSamplesTable,
  nodeStatusTable,
  nodeTimelineTable,
} from "@rainhooks/node-status/node-status-tables";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { type ReachedStage, tableOf } from "../reached.ts";
import type { AskedStage } from "./ask.ts";
import { type StoreTables, storesOf } from "./stores.ts";

/**
 * Converts a stage for queries. A stage may not have every table; a missing one is reported by the query that
 * needs it.
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
      return tableOf(reached, "alarms");
    },
    get watchRules() {
      return tableOf(reached, "watch-rules");
    },
    get attempts() {
      return tableOf(reached, "attempts");
    },
    get destinations() {
      return tableOf(reached, "destinations");
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
