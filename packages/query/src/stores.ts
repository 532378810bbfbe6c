import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { NodeStatusReader, TimelineReader } from "@rainhooks/node-status";
import type { RollupReader } from "@rainhooks/time-series";

/** The stores of one stage, as far as they can be asked. */
export interface Stores {
  readonly nodes: NodeStatusReader;
  readonly timelines: TimelineReader;
  readonly series: RollupReader;
}

/** Names of the tables that are asked. */
export interface StoreTables {
  readonly nodeStatus: string;
  readonly nodeTimeline: string;
  readonly timeSeries: string;
  readonly rollups: string;
}

/**
 * The stores behind some tables, whose names are not asked for before they are needed.
 *
 * @param options Whether rollups may be made: only where the clock is AWS's own.
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
    get series() {
      return { client, tableName: tables.timeSeries, rollupsTableName: tables.rollups, ...options };
    },
  };
}
