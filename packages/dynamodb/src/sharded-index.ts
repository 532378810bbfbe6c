import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "./key.ts";
import type { IndexDescription } from "./table-description.ts";

/** A range of an index whose partition key is spread over shards. */
export interface ShardedRange {
  readonly index: IndexDescription & { readonly sortKey: { readonly name: string } };
  /** The partition keys. */
  readonly shards: readonly string[];
  /** First sort key, inclusive. */
  readonly first: string;
  /** Last sort key, inclusive. */
  readonly last: string;
  readonly descending?: boolean | undefined;
  /**
   * Number of keys that are expected to be taken: a query reads no more of a shard than its share.
   * Absent: it reads a megabyte.
   */
  readonly expected?: number | undefined;
}

/** A table with such an index. */
interface ShardedTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** Number of keys that are read from each shard beyond its share. */
const SPARE_KEYS = 4;

/**
 * Yields the items of a range in the order of their sort keys, merged from all shards. Reads the
 * shards in parallel, and only as much of each as is needed.
 */
export async function* shardedItems(
  table: ShardedTable,
  range: ShardedRange,
): AsyncGenerator<Attributes> {
  const { index, shards, descending = false } = range;
  const keyOf = (item: Attributes) => item[index.sortKey.name]?.S ?? "";
  const isBefore = (a: Attributes, b: Attributes) =>
    descending ? keyOf(a) > keyOf(b) : keyOf(a) < keyOf(b);
  const lists = shards.map((shard) => itemsOf(table, shard, range));
  const heads = await Promise.all(
    lists.map(async (items) => ({ items, next: await items.next() })),
  );
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads)
      if (
        head.next.done !== true &&
        (first === undefined || isBefore(head.next.value, first.next.value))
      )
        first = head;
    if (first === undefined) return;
    yield first.next.value;
    first.next = await first.items.next();
  }
}

/** Yields the items of one shard in order, page by page as they are taken. */
async function* itemsOf(
  { client, tableName }: ShardedTable,
  shard: string,
  { index, shards, first, last, descending = false, expected }: ShardedRange,
): AsyncGenerator<Attributes> {
  const query = {
    TableName: tableName,
    IndexName: index.name,
    KeyConditionExpression: "#shard = :shard AND #key BETWEEN :first AND :last",
    ExpressionAttributeNames: { "#shard": index.partitionKey.name, "#key": index.sortKey.name },
    ExpressionAttributeValues: {
      ":shard": { S: shard },
      ":first": { S: first },
      ":last": { S: last },
    },
    ScanIndexForward: !descending,
    ...(expected === undefined ? {} : { Limit: Math.ceil(expected / shards.length) + SPARE_KEYS }),
  };
  for await (const { Items = [] } of paginateQuery({ client }, query)) yield* Items;
}
