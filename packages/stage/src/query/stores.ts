import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { RainhooksError } from "@rainhooks/core/errors";
import type { FleetSampleReader } from "@rainhooks/node-status/fleet/read-samples";
import type { NodeStatusReader } from "@rainhooks/node-status/read-node";
import type { TimelineReader } from "@rainhooks/node-status/timeline";
import type { RollupReader } from "@rainhooks/time-series/rollups";

/** A table that only some stages have, or only some callers may read. */
export interface OptionalTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** The stores of one stage that queries read. */
export interface Stores {
  readonly nodes: NodeStatusReader;
  readonly timelines: TimelineReader;
  readonly samples: FleetSampleReader;
  readonly series: RollupReader;
  readonly alarms: OptionalTable;
  readonly watchRules: OptionalTable;
  /** Only for the permission `attempts`. */
  readonly attempts: OptionalTable;
  readonly destinations: OptionalTable;
}

/** Names of the tables that queries read. */
export interface StoreTables {
  readonly nodeStatus: string;
  readonly nodeTimeline: string;
  readonly fleetSamples: string;
  readonly timeSeries: string;
  readonly rollups: string;
  /** Absent if nothing watches the stage. */
  readonly alarms?: string | undefined;
  readonly watchRules?: string | undefined;
  /** Only for the permission `attempts`. */
  readonly attempts?: string;
  readonly destinations?: string;
}

/**
 * Makes the stores that read the given tables. A table's name is read from `tables` only when its store is
 * used.
 *
 * @param options Whether missing rollups may be written. Only processes with the clock of AWS may do that.
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
    alarms: optionalTable(client, tables, "alarms"),
    watchRules: optionalTable(client, tables, "watchRules"),
    attempts: optionalTable(client, tables, "attempts"),
    destinations: optionalTable(client, tables, "destinations"),
  };
}

function optionalTable(
  client: DynamoDBClient,
  tables: StoreTables,
  name: "alarms" | "watchRules" | "attempts" | "destinations",
): OptionalTable {
  return {
    client,
    get tableName() {
      return requireTable(tables[name], name);
    },
  };
}

function requireTable(found: string | undefined, name: string): string {
  if (found !== undefined) return found;
  throw new RainhooksError("not-found", `The table ${name} is not among those that may be read here.`, {
    permanent: true,
  });
}
