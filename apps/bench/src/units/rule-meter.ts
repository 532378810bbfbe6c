import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Attributes, TableDescription } from "@rainhooks/dynamodb";
import { indexUnits } from "./index-units.ts";

/** A read takes half a unit even if it finds nothing, a consistent one a whole unit. */
const EMPTY_READ_UNITS = 0.5;
const READS = new Set(["GetItemCommand", "QueryCommand", "ScanCommand"]);

/**
 * Counts by the rules of DynamoDB what the embedded one does not count: write units of indexes, for items that are put and deleted one by one, and reads that
 * find nothing.
 */
export class RuleMeter {
  readonly #items = new Map<string, Attributes>();
  #indexUnits = 0;
  #emptyReadUnits = 0;

  /** @param tables What is in them before is not known: start with empty ones. */
  constructor(client: DynamoDBClient, tables: readonly TableDescription[]) {
    const byName = new Map(tables.map((table) => [table.name, table]));
    client.middlewareStack.add(
      (next, { commandName = "" }) =>
        async (args) => {
          const result = await next(args);
          if (READS.has(commandName)) this.#noteRead(args.input as Input, result.output);
          const { TableName, Item, Key } = args.input as Input;
          const table = byName.get(TableName ?? "");
          if (
            table !== undefined &&
            (commandName === "PutItemCommand" || commandName === "DeleteItemCommand")
          )
            this.#note(table, Item ?? Key ?? {}, Item);
          return result;
        },
      { step: "initialize" },
    );
  }

  get indexUnits(): number {
    return this.#indexUnits;
  }

  get emptyReadUnits(): number {
    return this.#emptyReadUnits;
  }

  #noteRead({ ConsistentRead = false }: Input, output: object): void {
    const { ConsumedCapacity } = output as {
      readonly ConsumedCapacity?: { readonly CapacityUnits?: number };
    };
    if (ConsumedCapacity?.CapacityUnits === 0)
      this.#emptyReadUnits += ConsistentRead ? 2 * EMPTY_READ_UNITS : EMPTY_READ_UNITS;
  }

  #note(table: TableDescription, keys: Attributes, after: Attributes | undefined): void {
    const { partitionKey, sortKey } = table;
    const key = JSON.stringify([table.name, keys[partitionKey.name], keys[sortKey?.name ?? ""]]);
    this.#indexUnits += indexUnits(table, this.#items.get(key), after);
    if (after === undefined) this.#items.delete(key);
    else this.#items.set(key, after);
  }
}

interface Input {
  readonly ConsistentRead?: boolean;
  readonly TableName?: string;
  readonly Item?: Attributes;
  readonly Key?: Attributes;
}
