import { type DynamoDBClient, paginateScan, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { SECOND_MS } from "@rainhooks/core/durations";
import { batchWrite, MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb/batch-write";
import { tableError, throttledError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { type Slot, slotTableName } from "@rainhooks/dynamodb/slots/slot";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/** The tables of a store. */
export interface SlotTables {
  /** A client that does not follow slots. */
  readonly client: DynamoDBClient;
  /** Those of slot `a`. */
  readonly tables: readonly TableDescription[];
  /** Returns the deployed name of a table. */
  readonly nameOf: (table: string) => string;
  /** Waits, for milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
  /** Called before each write. What it throws ends the work. */
  readonly requireHeld: () => void;
}

/** Parts of a table that are read and written at the same time. */
const SEGMENTS = 8;
const MAX_TRIES = 10;

/** Returns true if no table of a slot has an item. */
export async function isEmptySlot(
  slot: Slot,
  { client, tables, nameOf }: Pick<SlotTables, "client" | "tables" | "nameOf">,
): Promise<boolean> {
  for (const { name } of tables) {
    const TableName = nameOf(slotTableName(name, slot));
    for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
      if (Items.length > 0) return false;
  }
  return true;
}

/** Copies all items of some tables from one slot to the other, over what is there. Returns how many. */
export async function copySlot(
  { from, to }: { readonly from: Slot; readonly to: Slot },
  tables: readonly TableDescription[],
  dependencies: SlotTables,
): Promise<number> {
  let copied = 0;
  for (const { name } of tables) {
    const target = dependencies.nameOf(slotTableName(name, to));
    await eachPage(dependencies, slotTableName(name, from), {}, async (items) => {
      await writeBatches(
        items.map((Item) => ({ PutRequest: { Item } })),
        target,
        dependencies,
      );
      copied += items.length;
    });
  }
  return copied;
}

/** Deletes all items of a slot. Returns how many. */
export async function clearSlot(slot: Slot, dependencies: SlotTables): Promise<number> {
  let deleted = 0;
  for (const table of dependencies.tables) {
    const name = slotTableName(table.name, slot);
    const keys = [table.partitionKey, ...(table.sortKey === undefined ? [] : [table.sortKey])].map(
      ({ name: key }) => key,
    );
    const projection = {
      ProjectionExpression: keys.map((_, index) => `#${index}`).join(),
      ExpressionAttributeNames: Object.fromEntries(keys.map((key, index) => [`#${index}`, key])),
    };
    await eachPage(dependencies, name, projection, async (items) => {
      await writeBatches(
        items.map((Key) => ({ DeleteRequest: { Key } })),
        dependencies.nameOf(name),
        dependencies,
      );
      deleted += items.length;
    });
  }
  return deleted;
}

async function eachPage(
  { client, nameOf }: SlotTables,
  table: string,
  projection: object,
  handle: (items: readonly Attributes[]) => Promise<void>,
): Promise<void> {
  const TableName = nameOf(table);
  try {
    await mapLimited([...Array(SEGMENTS).keys()], SEGMENTS, async (Segment) => {
      const input = { TableName, Segment, TotalSegments: SEGMENTS, ConsistentRead: true, ...projection };
      for await (const { Items = [] } of paginateScan({ client }, input)) await handle(Items);
    });
  } catch (error) {
    throw tableError(TableName, error);
  }
}

async function writeBatches(
  requests: readonly WriteRequest[],
  tableName: string,
  { client, wait, requireHeld }: SlotTables,
): Promise<void> {
  for (const some of chunk(requests, MAX_WRITES_PER_CALL)) {
    let left: readonly WriteRequest[] = some;
    for (let tries = 1; left.length > 0; tries += 1) {
      requireHeld();
      left = await batchWrite(left, { client, tableName });
      if (left.length === 0) break;
      if (tries === MAX_TRIES)
        throw throttledError(tableName, `it did not take an item in ${MAX_TRIES} tries.`);
      await wait(SECOND_MS);
    }
  }
}
