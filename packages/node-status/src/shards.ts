import { paginateQuery, type QueryCommandInput, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import type { IndexDescription } from "@rainhooks/dynamodb/table-description";
import type { NodeStatusReader } from "./read-node.ts";

/** A range of an index whose partition key is spread over shards. */
export interface ShardedRange {
  readonly index: IndexDescription & { readonly sortKey: { readonly name: string } };
  /** The partition keys. */
  readonly shards: readonly string[];
  /** First sort key, inclusive. */
  readonly first: string;
  /** Last sort key, inclusive. */
  readonly last: string;
  readonly descending: boolean;
  /** Number of keys that the caller expects to take. */
  readonly expected: number;
}

/** Number of keys that are read from each shard beyond its share. */
const SPARE_KEYS = 4;
/** Number of pages, each of up to 1 MB, that are read at once when whole shards are read. */
const READS_AT_ONCE = 8;

/**
 * Yields the sort keys of a range in order, merged from all shards. Reads the shards in parallel, and only as
 * much of each as is needed.
 */
export async function* sortKeysOf(reader: NodeStatusReader, range: ShardedRange): AsyncGenerator<string> {
  const shards = range.shards.map((shard) => keysOf(reader, shard, range));
  const heads = await Promise.all(shards.map(async (keys) => ({ keys, next: await keys.next() })));
  const isBefore = (a: string, b: string) => (range.descending ? a > b : a < b);
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads)
      if (head.next.done !== true && (first === undefined || isBefore(head.next.value, first.next.value)))
        first = head;
    if (first === undefined) return;
    const { value } = first.next;
    first.next = await first.keys.next();
    yield value;
  }
}

/** Counts the items of shards of an index. Reads them all, but returns only their number. */
export async function countShards(
  reader: NodeStatusReader,
  index: IndexDescription,
  shards: readonly string[],
): Promise<number> {
  let count = 0;
  await eachPage(reader, index, shards, { Select: "COUNT" }, ({ Count = 0 }) => {
    count += Count;
  });
  return count;
}

/** Reads shards of an index in parallel, page by page, and passes each page on, in no particular order. */
export async function eachPage(
  { client, tableName }: NodeStatusReader,
  { name, partitionKey }: IndexDescription,
  shards: readonly string[],
  options: Pick<QueryCommandInput, "Select" | "ProjectionExpression">,
  take: (page: QueryCommandOutput) => void,
): Promise<void> {
  await mapLimited(shards, READS_AT_ONCE, async (shard) => {
    const query = {
      ...options,
      TableName: tableName,
      IndexName: name,
      KeyConditionExpression: "#shard = :shard",
      ExpressionAttributeNames: { "#shard": partitionKey.name },
      ExpressionAttributeValues: { ":shard": { S: shard } },
    };
    for await (const page of paginateQuery({ client }, query)) take(page);
  });
}

/** Yields the sort keys of one shard in order, and reads the next page only when it is needed. */
async function* keysOf(
  { client, tableName }: NodeStatusReader,
  shard: string,
  { index, shards, first, last, descending, expected }: ShardedRange,
): AsyncGenerator<string> {
  const pages = paginateQuery(
    { client, pageSize: Math.ceil(expected / shards.length) + SPARE_KEYS },
    {
      TableName: tableName,
      IndexName: index.name,
      KeyConditionExpression: "#shard = :shard AND #key BETWEEN :first AND :last",
      ExpressionAttributeNames: { "#shard": index.partitionKey.name, "#key": index.sortKey.name },
      ExpressionAttributeValues: { ":shard": { S: shard }, ":first": { S: first }, ":last": { S: last } },
      ScanIndexForward: !descending,
    },
  );
  for await (const { Items = [] } of pages) for (const item of Items) yield item[index.sortKey.name]?.S ?? "";
}
