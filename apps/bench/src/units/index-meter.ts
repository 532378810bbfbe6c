import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Attributes, TableDescription } from "@rainhooks/dynamodb";
import { indexUnits } from "./index-units.ts";

/** Counts the write units of indexes, which the embedded DynamoDB does not count: of items that are put and deleted one by one. */
export class IndexMeter {
  readonly #items = new Map<string, Attributes>();
  #units = 0;

  /** @param tables What is in them before is not known: start with empty ones. */
  constructor(client: DynamoDBClient, tables: readonly TableDescription[]) {
    const byName = new Map(tables.map((table) => [table.name, table]));
    client.middlewareStack.add(
      (next, { commandName = "" }) =>
        async (args) => {
          const result = await next(args);
          const { TableName, Item, Key } = args.input as WriteInput;
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

  get units(): number {
    return this.#units;
  }

  #note(table: TableDescription, keys: Attributes, after: Attributes | undefined): void {
    const { partitionKey, sortKey } = table;
    const key = JSON.stringify([table.name, keys[partitionKey.name], keys[sortKey?.name ?? ""]]);
    this.#units += indexUnits(table, this.#items.get(key), after);
    if (after === undefined) this.#items.delete(key);
    else this.#items.set(key, after);
  }
}

interface WriteInput {
  readonly TableName?: string;
  readonly Item?: Attributes;
  readonly Key?: Attributes;
}
