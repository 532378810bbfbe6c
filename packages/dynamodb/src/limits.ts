import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { RainhooksError } from "@rainhooks/core/errors";
import type { Attributes } from "./key.ts";
import type { TableDescription } from "./table-description.ts";

/*
 * Limits of a DynamoDB item. Source: Amazon DynamoDB developer guide, "Service, account, and table
 * quotas" and "Item sizes and formats". Emulators count characters instead of bytes and allow
 * deeper nesting, so the sinks check these limits before they write: an item then has the same
 * outcome on every stage.
 */

/** Maximum size of an item, including the names of its attributes. */
export const MAX_ITEM_BYTES = 400 * 1024;
export const MAX_PARTITION_KEY_BYTES = 2048;
export const MAX_SORT_KEY_BYTES = 1024;
/** Maximum number of nested lists and maps. */
const MAX_NESTING = 32;

/** Overhead of a list or map, and of each of its elements. */
const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

/**
 * Returns the size of an item in bytes as DynamoDB counts it; `Infinity` if it is nested too deep.
 */
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
  if (value.SS !== undefined) return sum(value.SS, (text) => Buffer.byteLength(text));
  if (value.NS !== undefined) return sum(value.NS, numberBytes);
  if (value.BS !== undefined) return sum(value.BS, (bytes) => bytes.length);
  if (value.L === undefined && value.M === undefined) return 1;
  if (depth === MAX_NESTING) return Number.POSITIVE_INFINITY;
  const elements = value.L ?? Object.values(value.M ?? {});
  const names = Object.keys(value.M ?? {}).reduce((sum, name) => sum + Buffer.byteLength(name), 0);
  return elements.reduce(
    (sum, element) => sum + ELEMENT_BYTES + valueBytes(element, depth + 1),
    CONTAINER_BYTES + names,
  );
}

function sum<T>(list: readonly T[], bytesOf: (element: T) => number): number {
  return list.reduce((total, element) => total + bytesOf(element), 0);
}

/** One byte per two significant digits, one more byte, and one for a minus sign. */
function numberBytes(text: string): number {
  const digits = text
    .replace(/e.*$/i, "")
    .replace(/[-+.]/g, "")
    .replace(/^0+|(?<!0)0+$/g, "");
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0);
}

/**
 * Checks whether DynamoDB would reject an item.
 *
 * @param item The item, including the attributes of its key.
 * @returns A permanent error (`sink-rejected` or `item-too-large`), or `undefined` if the item is
 * within all limits.
 */
export function refusalOf(
  tableName: string,
  table: TableDescription,
  item: Attributes,
): RainhooksError | undefined {
  const reason = keyProblem(table, item) ?? keyProblemOfIndexes(table, item);
  if (reason !== undefined) return rejection("sink-rejected", tableName, reason);
  const bytes = itemBytes(item);
  if (bytes <= MAX_ITEM_BYTES) return undefined;
  return Number.isFinite(bytes)
    ? rejection(
        "item-too-large",
        tableName,
        `it has ${bytes} bytes, the maximum is ${MAX_ITEM_BYTES}`,
      )
    : rejection("sink-rejected", tableName, `it is nested deeper than ${MAX_NESTING} levels`);
}

type Keys = Pick<TableDescription, "partitionKey" | "sortKey">;

function keyProblem({ partitionKey, sortKey }: Keys, item: Attributes): string | undefined {
  return (
    partProblem(partitionKey.name, item[partitionKey.name], MAX_PARTITION_KEY_BYTES) ??
    (sortKey && partProblem(sortKey.name, item[sortKey.name], MAX_SORT_KEY_BYTES))
  );
}

/**
 * An item without the complete key of an index is not in that index, but the attributes that it has
 * are checked too.
 */
function keyProblemOfIndexes(
  { indexes = [] }: TableDescription,
  item: Attributes,
): string | undefined {
  const problems = indexes.flatMap(({ partitionKey, sortKey }) => [
    item[partitionKey.name] &&
      partProblem(partitionKey.name, item[partitionKey.name], MAX_PARTITION_KEY_BYTES),
    sortKey &&
      item[sortKey.name] &&
      partProblem(sortKey.name, item[sortKey.name], MAX_SORT_KEY_BYTES),
  ]);
  return problems.find((problem) => typeof problem === "string");
}

function partProblem(
  name: string,
  value: AttributeValue | undefined,
  maxBytes: number,
): string | undefined {
  if (value?.N !== undefined) return undefined;
  if (value?.S?.isWellFormed() === false)
    return `its key ${name} contains an incomplete surrogate pair`;
  const bytes = Buffer.byteLength(value?.S ?? "");
  if (bytes === 0) return `its key ${name} is empty`;
  return bytes > maxBytes
    ? `its key ${name} has ${bytes} bytes, the maximum is ${maxBytes}`
    : undefined;
}

function rejection(
  code: "sink-rejected" | "item-too-large",
  tableName: string,
  reason: string,
): RainhooksError {
  return new RainhooksError(code, `An item cannot be stored in table ${tableName}: ${reason}.`, {
    permanent: true,
  });
}
