import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { indexUnits } from "./index-units.ts";

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
 * Counts the units of the calls of a client: what the embedded DynamoDB says that they consume, and by the
 * rules of DynamoDB what it does not count: write units of indexes, for items that are put and deleted one by
 * one, and reads that find nothing.
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
          this.#count(commandName, args.input as Input, unitsIn(result.output));
          const table = byName.get((args.input as Input).TableName ?? "");
          if (table !== undefined && WRITES.has(commandName)) this.#note(table, args.input as Input);
          return result;
        },
      { step: "initialize" },
    );
  }

  /** Does something, and returns its units. */
  async measure<Result>(work: () => Promise<Result>): Promise<UnitReading<Result>> {
    const [reads, writes, ofIndexes] = [this.#reads, this.#writes, this.#ofIndexes];
    const result = await work();
    return {
      ...{ result, reads: this.#reads - reads, writes: this.#writes - writes },
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

function unitsIn(output: object): number {
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
