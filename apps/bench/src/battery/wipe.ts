import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import { chunk } from "@rainhooks/core";
import type { TableDescription } from "@rainhooks/dynamodb";
import { deployedName } from "@rainhooks/webhook/define";

const MAX_WRITES = 25;

/** Deletes all items of a table of a local stage. */
export async function wipe(client: DynamoDBClient, table: TableDescription): Promise<void> {
  const { partitionKey, sortKey } = table;
  const names = [partitionKey.name, ...(sortKey === undefined ? [] : [sortKey.name])];
  const keys: Record<string, AttributeValue>[] = [];
  for await (const item of itemsOf(client, table))
    keys.push(
      Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]]))),
    );
  for (const some of chunk(keys, MAX_WRITES)) {
    const deletes = some.map((Key) => ({ DeleteRequest: { Key } }));
    await client.send(
      new BatchWriteItemCommand({ RequestItems: { [deployedName("local", table.name)]: deletes } }),
    );
  }
}

/** Returns an item as text with sorted attributes, without the version, which counts writes. */
export function itemText({ version: _, ...item }: Readonly<Record<string, AttributeValue>>): string {
  return JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Reads all items of a table of a local stage. */
export async function* itemsOf(
  client: DynamoDBClient,
  { name }: TableDescription,
): AsyncGenerator<Record<string, AttributeValue>> {
  for await (const { Items = [] } of paginateScan({ client }, { TableName: deployedName("local", name) }))
    yield* Items;
}
