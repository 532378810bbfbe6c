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

/** The stores behind some tables. */
export function storesOf(client: DynamoDBClient, tables: StoreTables): Stores {
  return {
    nodes: { client, tableName: tables.nodeStatus },
    timelines: { client, tableName: tables.nodeTimeline },
    series: { client, tableName: tables.timeSeries, rollupsTableName: tables.rollups },
  };
}
