import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { RainhooksError } from "@rainhooks/core";
import type { Attributes } from "./key.ts";
import type { TableDescription } from "./table.ts";

/*
 * What DynamoDB refuses in an item. Source: Amazon DynamoDB developer guide, "Service, account, and table quotas" and
 * "Item sizes and formats". Emulators count characters instead of bytes and allow deeper nesting, so the sinks check
 * for themselves, and an item has the same outcome on every stage.
 */

/** Bytes of an item, names of its attributes included. */
export const MAX_ITEM_BYTES = 400 * 1024;
/** Bytes of a partition key. */
const MAX_PARTITION_KEY_BYTES = 2048;
/** Bytes of a sort key. */
const MAX_SORT_KEY_BYTES = 1024;
/** Levels of lists and maps. */
const MAX_NESTING = 32;

/** What a list or map takes besides what is in it, and each of its elements besides itself. */
const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

/** Bytes of an item as DynamoDB counts them; `Infinity` for one that is nested too deep. */
export function itemBytes(item: Attributes): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value, 0),
    0,
  );
}

function valueBytes(value: AttributeValue, depth: number): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.SS !== undefined) return sum(value.SS, (one) => Buffer.byteLength(one));
  if (value.NS !== undefined) return sum(value.NS, numberBytes);
  if (value.BS !== undefined) return sum(value.BS, (one) => one.length);
  if (value.L === undefined && value.M === undefined) return 1;
  if (depth === MAX_NESTING) return Number.POSITIVE_INFINITY;
  const elements = value.L ?? Object.values(value.M ?? {});
  const names = Object.keys(value.M ?? {}).reduce((sum, name) => sum + Buffer.byteLength(name), 0);
  return elements.reduce(
    (sum, element) => sum + ELEMENT_BYTES + valueBytes(element, depth + 1),
    CONTAINER_BYTES + names,
  );
}

function sum<T>(list: readonly T[], bytesOf: (one: T) => number): number {
  return list.reduce((total, one) => total + bytesOf(one), 0);
}

/** About one byte for two significant digits, and one more; one for a sign. */
function numberBytes(text: string): number {
  const digits = text
    .replace(/e.*$/i, "")
    .replace(/[-+.]/g, "")
    .replace(/^0+|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0);
}

/**
 * Why DynamoDB would refuse an item, as a failure that no retry can help; `undefined` when it would take it.
 *
 * @param item The item, with the attributes of its key.
 */
export function refusalOf(
  tableName: string,
  table: TableDescription,
  item: Attributes,
): RainhooksError | undefined {
  const reason = keyProblem(table, item) ?? keyProblemOfIndexes(table, item);
  if (reason !== undefined) return refused("sink-rejected", tableName, reason);
  const bytes = itemBytes(item);
  if (bytes <= MAX_ITEM_BYTES) return undefined;
  return Number.isFinite(bytes)
    ? refused("item-too-large", tableName, `it has ${bytes} bytes of at most ${MAX_ITEM_BYTES}`)
    : refused("sink-rejected", tableName, `it is nested deeper than ${MAX_NESTING} levels`);
}

type Keys = Pick<TableDescription, "partitionKey" | "sortKey">;

function keyProblem({ partitionKey, sortKey }: Keys, item: Attributes): string | undefined {
  return (
    partProblem(partitionKey.name, item[partitionKey.name], MAX_PARTITION_KEY_BYTES) ??
    (sortKey && partProblem(sortKey.name, item[sortKey.name], MAX_SORT_KEY_BYTES))
  );
}

/** An item without the whole key of an index is not in it; what it has of one must fit. */
function keyProblemOfIndexes({ indexes = [] }: TableDescription, item: Attributes): string | undefined {
  const problems = indexes.flatMap(({ partitionKey, sortKey }) => [
    item[partitionKey.name] &&
      partProblem(partitionKey.name, item[partitionKey.name], MAX_PARTITION_KEY_BYTES),
    sortKey && item[sortKey.name] && partProblem(sortKey.name, item[sortKey.name], MAX_SORT_KEY_BYTES),
  ]);
  return problems.find((problem) => typeof problem === "string");
}

function partProblem(name: string, value: AttributeValue | undefined, maxBytes: number): string | undefined {
  if (value?.N !== undefined) return undefined;
  if (value?.S?.isWellFormed() === false) return `its key ${name} has half of a surrogate pair`;
  const bytes = Buffer.byteLength(value?.S ?? "");
  if (bytes === 0) return `its key ${name} is empty`;
  return bytes > maxBytes ? `its key ${name} has ${bytes} bytes of at most ${maxBytes}` : undefined;
}

function refused(
  code: "sink-rejected" | "item-too-large",
  tableName: string,
  reason: string,
): RainhooksError {
  return new RainhooksError(code, `Table ${tableName} cannot take an item: ${reason}.`, { permanent: true });
}
