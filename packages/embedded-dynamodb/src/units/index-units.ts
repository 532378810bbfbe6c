import { isDeepStrictEqual } from "node:util";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { itemBytes } from "@rainhooks/dynamodb/limits";
import type { IndexDescription, TableDescription } from "@rainhooks/dynamodb/table-description";

const BYTES_PER_UNIT = 1024;

/**
 * Returns the write units that a write costs in the indexes of its table. The embedded DynamoDB does not
 * count them. Source of the rule: Amazon DynamoDB developer guide, "Using Global Secondary Indexes",
 * "Provisioned throughput considerations".
 *
 * @param before The item before the write; `undefined` if there was none.
 * @param after The item after the write; `undefined` if it was deleted.
 */
export function indexUnits(
  table: TableDescription,
  before: Attributes | undefined,
  after: Attributes | undefined,
): number {
  const { indexes = [] } = table;
  return indexes.reduce(
    (sum, index) => sum + unitsIn(index, entryOf(table, index, before), entryOf(table, index, after)),
    0,
  );
}

function unitsIn(
  index: IndexDescription,
  before: Attributes | undefined,
  after: Attributes | undefined,
): number {
  if (isDeepStrictEqual(before, after)) return 0;
  const moves = keysOf(index).some((name) => !isDeepStrictEqual(before?.[name], after?.[name]));
  if (before === undefined || after === undefined || moves) return unitsOf(before) + unitsOf(after);
  return Math.max(unitsOf(before), unitsOf(after));
}

/** Returns the entry of an item in an index; `undefined` if it has none. */
function entryOf(
  { partitionKey, sortKey }: TableDescription,
  index: IndexDescription,
  item: Attributes | undefined,
): Attributes | undefined {
  if (item === undefined || keysOf(index).some((name) => item[name] === undefined)) return undefined;
  const names = [partitionKey.name, sortKey?.name, ...keysOf(index), ...(index.projected ?? [])];
  const entry: Attributes = {};
  for (const name of names) {
    const value = name === undefined ? undefined : item[name];
    if (name !== undefined && value !== undefined) entry[name] = value;
  }
  return entry;
}

function keysOf({ partitionKey, sortKey }: IndexDescription): string[] {
  return sortKey === undefined ? [partitionKey.name] : [partitionKey.name, sortKey.name];
}

function unitsOf(entry: Attributes | undefined): number {
  return entry === undefined ? 0 : Math.ceil(itemBytes(entry) / BYTES_PER_UNIT);
}
