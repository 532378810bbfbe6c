import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { FleetSampleReader, NodeStatusReader, TimelineReader } from "@rainhooks/node-status";
import type { RollupReader } from "@rainhooks/time-series";

/** The stores of one stage that queries read. */
export interface Stores {
  readonly nodes: NodeStatusReader;
  readonly timelines: TimelineReader;
  readonly samples: FleetSampleReader;
  readonly series: RollupReader;
}

/** Names of the tables that queries read. */
export interface StoreTables {
  readonly nodeStatus: string;
  readonly nodeTimeline: string;
  readonly fleetSamples: string;
  readonly timeSeries: string;
  readonly rollups: string;
}

/**
 * Makes the stores that read the given tables. A table's name is read from `tables` only when its store is used.
 *
 * @param options Whether missing rollups may be written. Only processes with the clock of AWS may do that.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { storesOf } from "@rainhooks/query";
 *
 * const tables = {
 *   nodeStatus: "rainhooks-dev-node-status",
 *   nodeTimeline: "rainhooks-dev-node-timeline",
 *   fleetSamples: "rainhooks-dev-fleet-samples",
 *   timeSeries: "rainhooks-dev-time-series",
 *   rollups: "rainhooks-dev-time-series-rollups",
 * };
 * const stores = storesOf(new DynamoDBClient({}), tables, { keepsRollups: false });
 * console.log(stores.nodes.tableName); // rainhooks-dev-node-status
 * ```
 */
export function storesOf(
  client: DynamoDBClient,
  tables: StoreTables,
  options: Pick<RollupReader, "keepsRollups">,
): Stores {
  return {
    get nodes() {
      return { client, tableName: tables.nodeStatus };
    },
    get timelines() {
      return { client, tableName: tables.nodeTimeline };
    },
    get samples() {
      return { client, samplesTableName: tables.fleetSamples };
    },
    get series() {
      return { client, tableName: tables.timeSeries, rollupsTableName: tables.rollups, ...options };
    },
  };
}
