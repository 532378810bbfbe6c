import { DescribeTableCommand, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { listObjects } from "@rainhooks/archive/objects";
import { collect } from "@rainhooks/core/collections";
import { otherSlot, type Slot, slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { tableOf } from "@rainhooks/stage/reached";
import { slotClient, tablesOfStore } from "@rainhooks/stage/tables/live-tables";
import { slotsTableOf } from "../verify/store-dependencies.ts";
import { minWaitsMs, type RebuildableStore, slotDependencies } from "./rebuild-dependencies.ts";
import { readState, type StoreState } from "./rebuild-state.ts";

/** A table of a slot. */
export interface SlotTableSize {
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
  readonly tables: readonly SlotTableSize[];
  /** How long it waits at least, milliseconds. */
  readonly minWaitsMs: number;
}

/** Counts what a rebuild would read and write. Nothing is written. */
export async function planRebuild(place: RebuildableStore): Promise<RebuildPlan> {
  const { reached, store } = place;
  const dependencies = slotDependencies(place);
  const state = await readState(dependencies.slots, store);
  let [objects, archiveBytes] = [0, 0];
  let oldestHour: string | undefined;
  for await (const { bytes, hour } of listObjects(stageArchive(reached))) {
    objects += 1;
    archiveBytes += bytes;
    if (hour !== undefined && (oldestHour === undefined || hour < oldestHour)) oldestHour = hour;
  }
  const tables = await tablesIn(place, state.live);
  const waitsMs = await minWaitsMs(reached, dependencies);
  return { state, minWaitsMs: waitsMs, objects, archiveBytes, oldestHour, tables };
}

/** What emptying the tables that are not live would do. */
export interface DropPlan {
  readonly state: StoreState;
  /** The tables whose items are deleted. */
  readonly tables: readonly SlotTableSize[];
}

/** Counts the items that would be deleted. */
export async function planDrop(place: RebuildableStore): Promise<DropPlan> {
  const state = await readState(slotsTableOf(place.reached), place.store);
  return { state, tables: await tablesIn(place, otherSlot(state.live)) };
}

function tablesIn({ reached, store }: RebuildableStore, slot: Slot): Promise<SlotTableSize[]> {
  const count = reached.local === undefined ? lastCounted : scannedTable;
  return Promise.all(
    tablesOfStore(store).map(async ({ name, indexes = [] }) => {
      const deployed = tableOf(reached, slotTableName(name, slot));
      return { name: deployed, indexes: indexes.length, ...(await count(slotClient(reached), deployed)) };
    }),
  );
}

type Counted = Pick<SlotTableSize, "items" | "bytes">;

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
