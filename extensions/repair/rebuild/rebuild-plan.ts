import { DescribeTableCommand, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { listObjects } from "@rainhooks/archive/objects";
import { collect } from "@rainhooks/core/collections";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { reachedArchive } from "@rainhooks/stage/operate/stage/archive";
import { tableOf } from "@rainhooks/stage/reached";
import { type RebuildableStore, slotDependencies, waitTimesOf } from "./rebuild-dependencies.ts";
import { readState, type StoreState } from "./rebuild-state.ts";
import { minWaitsMs, type WaitTimes } from "./waits.ts";

/** A table of the slot that is live. */
export interface LiveTable {
  readonly name: string;
  readonly items: number;
  /** 0 on a local stage. */
  readonly bytes: number;
  /** Number of its indexes. */
  readonly indexes: number;
}

/** What a rebuild would do. */
export interface RebuildPlan {
  readonly state: StoreState;
  /** The archive. */
  readonly objects: number;
  readonly archiveBytes: number;
  /** Hour of arrival of the oldest object, such as `2026/11/24/08`. */
  readonly oldestHour: string | undefined;
  /** The live tables; of a deployed stage as DynamoDB has last counted them, at most six hours ago. */
  readonly tables: readonly LiveTable[];
  /** What it waits for. */
  readonly waits: WaitTimes;
  readonly minWaitsMs: number;
}

/** Counts what a rebuild would read and write. Nothing is written. */
export async function planRebuild(place: RebuildableStore): Promise<RebuildPlan> {
  const { reached, store } = place;
  const dependencies = slotDependencies(place);
  const state = await readState(dependencies.slots, store);
  let [objects, archiveBytes] = [0, 0];
  let oldestHour: string | undefined;
  for await (const { bytes, hour } of listObjects(reachedArchive(reached))) {
    objects += 1;
    archiveBytes += bytes;
    if (hour !== undefined && (oldestHour === undefined || hour < oldestHour)) oldestHour = hour;
  }
  const count = reached.local === undefined ? lastCounted : scannedTable;
  const tables = await Promise.all(
    dependencies.tables.map(async ({ name, indexes = [] }) => {
      const deployed = tableOf(reached, slotTableName(name, state.live));
      return {
        name: deployed,
        indexes: indexes.length,
        ...(await count(dependencies.slots.client, deployed)),
      };
    }),
  );
  const waits = await waitTimesOf(reached, dependencies);
  return { state, waits, minWaitsMs: minWaitsMs(waits), objects, archiveBytes, oldestHour, tables };
}

type Counted = Pick<LiveTable, "items" | "bytes">;

/** Returns what DynamoDB has last counted: that costs nothing, and is up to six hours old. */
async function lastCounted(client: DynamoDBClient, name: string): Promise<Counted> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  return { items: Table?.ItemCount ?? 0, bytes: Table?.TableSizeBytes ?? 0 };
}

/** Counts the items of a table of this machine. */
async function scannedTable(client: DynamoDBClient, name: string): Promise<Counted> {
  const pages = await collect(paginateScan({ client }, { TableName: name, Select: "COUNT" }));
  return { items: pages.reduce((sum, { Count = 0 }) => sum + Count, 0), bytes: 0 };
}
