import { isDeepStrictEqual } from "node:util";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { itemBytes } from "@rainhooks/dynamodb/limits";
import type { IndexDescription, TableDescription } from "@rainhooks/dynamodb/table-description";

/** A read takes half a unit even if it finds nothing, a consistent one a whole unit. */
const EMPTY_READ_UNITS = 0.5;
const READS = new Set(["GetItemCommand", "BatchGetItemCommand", "QueryCommand", "ScanCommand"]);
const WRITES = new Set(["PutItemCommand", "DeleteItemCommand"]);

/** Units of reads and of writes, with those of indexes. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

/** Units of what was measured. */
export interface UnitReading<Result> extends Units {
  readonly result: Result;
  /** Of the writes, those of indexes. */
  readonly ofIndexes: number;
}

/**
 * Counts the units of the calls of a client: what the embedded DynamoDB says that they consume, and
 * by the rules of DynamoDB what it does not count: write units of indexes, for items that are put
 * and deleted one by one, and reads that find nothing.
 */
export class UnitMeter {
  readonly #items = new Map<string, Attributes>();
  #reads = 0;
  #writes = 0;
  #ofIndexes = 0;

  /** @param tables What is in them before is not known: start with empty ones. */
  constructor(client: DynamoDBClient, tables: readonly TableDescription[]) {
    const byName = new Map(tables.map((table) => [table.name, table]));
    client.middlewareStack.add(
      (next, { commandName = "" }) =>
        async (args) => {
          Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
          const result = await next(args);
          this.#count(commandName, args.input as Input, consumedUnits(result.output));
          const table = byName.get((args.input as Input).TableName ?? "");
          if (table !== undefined && WRITES.has(commandName))
            this.#note(table, args.input as Input);
          return result;
        },
      { step: "initialize" },
    );
  }

  /** Does something, and returns its units. */
  async measure<Result>(work: () => Promise<Result>): Promise<UnitReading<Result>> {
    const reads = this.#reads;
    const writes = this.#writes;
    const ofIndexes = this.#ofIndexes;
    const result = await work();
    return {
      result,
      reads: this.#reads - reads,
      writes: this.#writes - writes,
      ofIndexes: this.#ofIndexes - ofIndexes,
    };
  }

  #count(command: string, { ConsistentRead = false }: Input, units: number): void {
    const emptyUnits = ConsistentRead ? 2 * EMPTY_READ_UNITS : EMPTY_READ_UNITS;
    if (READS.has(command)) this.#reads += units === 0 ? emptyUnits : units;
    else this.#writes += units;
  }

  #note(table: TableDescription, { Item: after, Key }: Input): void {
    const { partitionKey, sortKey } = table;
    const keys = after ?? Key ?? {};
    const key = JSON.stringify([table.name, keys[partitionKey.name], keys[sortKey?.name ?? ""]]);
    const units = indexUnits(table, this.#items.get(key), after);
    this.#writes += units;
    this.#ofIndexes += units;
    if (after === undefined) this.#items.delete(key);
    else this.#items.set(key, after);
  }
}

function consumedUnits(output: object): number {
  const consumed = "ConsumedCapacity" in output ? output.ConsumedCapacity : undefined;
  return [consumed]
    .flat()
    .reduce((sum: number, one) => sum + ((one as Capacity | undefined)?.CapacityUnits ?? 0), 0);
}

/** The consumed capacity of one table, as DynamoDB returns it. */
interface Capacity {
  readonly CapacityUnits?: number;
}

interface Input {
  readonly ConsistentRead?: boolean;
  readonly TableName?: string;
  readonly Item?: Attributes;
  readonly Key?: Attributes;
}

const BYTES_PER_UNIT = 1024;

/**
 * Returns the write units that a write costs in the indexes of its table. The embedded DynamoDB
 * does not count them. Source of the rule: Amazon DynamoDB developer guide, "Using Global Secondary
 * Indexes", "Provisioned throughput considerations".
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
    (sum, index) =>
      sum + unitsIn(index, entryOf(table, index, before), entryOf(table, index, after)),
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
  if (item === undefined || keysOf(index).some((name) => item[name] === undefined))
    return undefined;
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
