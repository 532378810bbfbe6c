import {
  type DynamoDBClient,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { IndexDescription } from "@rainhooks/dynamodb/table-description";

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

/** A table, and the client to read it with. */
interface TableReader {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** Number of keys that are read from each shard beyond its share. */
const SPARE_KEYS = 4;
/** Number of pages, each of up to 1 MB, that are read at once when whole shards are read. */
const READS_AT_ONCE = 8;

/**
 * Yields the sort keys of a range in order, merged from all shards. Reads the shards in parallel, and only as
 * much of each as is needed.
 */
export async function* sortKeysOf(reader: TableReader, range: ShardedRange): AsyncGenerator<string> {
  const shards = range.shards.map((shard) => new Shard(reader, shard, range));
  await Promise.all(shards.map((shard) => shard.fill()));
  for (let first = firstOf(shards, range); first !== undefined; first = firstOf(shards, range)) {
    yield await first.take();
  }
}

/** Counts the items of shards of an index. Reads them all, but returns only their number. */
export async function countShards(
  reader: TableReader,
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
  { client, tableName }: TableReader,
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

/** Reads one shard, as far as needed. */
class Shard {
  readonly #reader: TableReader;
  readonly #name: string;
  readonly #range: ShardedRange;
  #keys: string[] = [];
  #start: Attributes | undefined;
  #ended = false;

  constructor(reader: TableReader, name: string, range: ShardedRange) {
    this.#reader = reader;
    this.#name = name;
    this.#range = range;
  }

  /** The first key that has not been taken yet. */
  get head(): string | undefined {
    return this.#keys[0];
  }

  async take(): Promise<string> {
    const key = this.#keys.shift() ?? "";
    if (this.#keys.length === 0) await this.fill();
    return key;
  }

  async fill(): Promise<void> {
    const { index, shards, first, last, descending, expected } = this.#range;
    while (this.#keys.length === 0 && !this.#ended) {
      const { Items = [], LastEvaluatedKey } = await this.#reader.client.send(
        new QueryCommand({
          TableName: this.#reader.tableName,
          IndexName: index.name,
          KeyConditionExpression: "#shard = :shard AND #key BETWEEN :first AND :last",
          ExpressionAttributeNames: { "#shard": index.partitionKey.name, "#key": index.sortKey.name },
          ExpressionAttributeValues: {
            ":shard": { S: this.#name },
            ":first": { S: first },
            ":last": { S: last },
          },
          ScanIndexForward: !descending,
          Limit: Math.ceil(expected / shards.length) + SPARE_KEYS,
          ...(this.#start === undefined ? {} : { ExclusiveStartKey: this.#start }),
        }),
      );
      this.#keys = Items.map((item) => item[index.sortKey.name]?.S ?? "");
      this.#start = LastEvaluatedKey;
      this.#ended = LastEvaluatedKey === undefined;
    }
  }
}

/** Returns the shard whose next key is first in the order of the range. */
function firstOf(shards: readonly Shard[], { descending }: ShardedRange): Shard | undefined {
  let first: Shard | undefined;
  for (const shard of shards) {
    if (shard.head === undefined) continue;
    const before = first?.head;
    if (before === undefined || (descending ? shard.head > before : shard.head < before)) first = shard;
  }
  return first;
}
