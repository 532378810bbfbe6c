import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { notFound } from "@rainhooks/core/errors";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import type { FleetSampleReader } from "@rainhooks/node-status/fleet/read-samples";
import {
  fleetSamplesTable,
  nodeStatusTable,
  nodeTimelineTable,
} from "@rainhooks/node-status/node-status-tables";
import type { NodeStatusReader } from "@rainhooks/node-status/read-node";
import type { TimelineReader } from "@rainhooks/node-status/timeline";
import type { RollupReader } from "@rainhooks/time-series/rollups";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import type { Resources } from "@rainhooks/webhook/resources";

/** The stores of one stage that queries read. */
export interface Stores {
  readonly nodes: NodeStatusReader;
  readonly timelines: TimelineReader;
  readonly samples: FleetSampleReader;
  readonly series: RollupReader;
  /**
   * Returns another table, by its name within a stage.
   *
   * @throws {RainhooksError} `not-found` if the stage does not have it, or it may not be read here.
   */
  readonly tableOf: (name: string) => TableAccess;
}

/**
 * Makes the stores that read the tables of a stage. A table's name is asked for only when its store
 * is used.
 *
 * @param nameOf Returns the deployed name of a table from its name within a stage; throws if it has
 * none.
 * @param options Whether missing rollups may be written. Only processes with the clock of AWS may
 * do that.
 */
export function storesOf(
  client: DynamoDBClient,
  nameOf: (table: string) => string,
  options: Pick<RollupReader, "keepsRollups">,
): Stores {
  const tableOf = (name: string) => ({ client, tableName: nameOf(name) });
  return {
    get nodes() {
      return tableOf(nodeStatusTable.name);
    },
    get timelines() {
      return tableOf(nodeTimelineTable.name);
    },
    get samples() {
      return { client, samplesTableName: nameOf(fleetSamplesTable.name) };
    },
    get series() {
      const series = tableOf(timeSeriesTable.name);
      return { ...series, rollupsTableName: nameOf(timeSeriesRollupsTable.name), ...options };
    },
    tableOf,
  };
}

/**
 * Returns the deployed names of the tables that a function uses, by their names within a stage.
 *
 * @param names Deployed names of its resources.
 */
export function tableNames(
  resources: Resources,
  names: Readonly<Record<string, string | undefined>>,
): (table: string) => string {
  const known = new Map(
    Object.entries(resources).flatMap(([name, use]) =>
      use.kind === "table" ? [[use.table.name, names[name]] as const] : [],
    ),
  );
  return (table) => {
    const found = known.get(table);
    if (found !== undefined) return found;
    throw notFound(`The table ${table} is not among those that may be read here.`);
  };
}
