import { paginateQuery } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { byDayIndex, byDueIndex, byOpenIndex } from "../watch-tables.ts";
import { SHARDS, shardsOf, timeText } from "./alarm-item.ts";
import type { AlarmTable } from "./alarm-table.ts";

/** A range of an index of alarms. */
interface IndexRange {
  /** What the partitions are about: a rule, a day, or what is due. */
  readonly key: string;
  /** The times of the sort key, both inclusive, epoch milliseconds. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly newestFirst?: boolean | undefined;
  /**
   * How many keys are expected to be taken: a query reads no more of a partition than their share, or a
   * megabyte.
   */
  readonly expected?: number | undefined;
}

/** Keys that are read of each partition beyond its share. */
const SPARE_KEYS = 8;

type AlarmIndex = typeof byOpenIndex | typeof byDayIndex | typeof byDueIndex;

/** Yields the primary keys and index keys of alarms of an index, in the order of their times. */
export async function* keysIn(
  table: AlarmTable,
  index: AlarmIndex,
  range: IndexRange,
): AsyncGenerator<Attributes> {
  const sortKeyOf = (key: Attributes) => key[index.sortKey.name]?.S ?? "";
  const isBefore = (a: Attributes, b: Attributes) =>
    range.newestFirst === true ? sortKeyOf(a) > sortKeyOf(b) : sortKeyOf(a) < sortKeyOf(b);
  yield* merged(
    shardsOf(range.key).map((shard) => keysOfShard(table, index, shard, range)),
    isBefore,
  );
}

async function* keysOfShard(
  { client, tableName }: AlarmTable,
  { name, partitionKey, sortKey }: AlarmIndex,
  shard: string,
  { fromMs = 0, toMs = Number.MAX_SAFE_INTEGER, newestFirst = false, expected }: IndexRange,
): AsyncGenerator<Attributes> {
  const query = {
    TableName: tableName,
    IndexName: name,
    KeyConditionExpression: "#shard = :shard AND #sort BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#shard": partitionKey.name, "#sort": sortKey.name },
    ExpressionAttributeValues: {
      ":shard": { S: shard },
      ":from": { S: timeText(fromMs) },
      ":to": { S: `${timeText(toMs)}#~` },
    },
    ScanIndexForward: !newestFirst,
    ...(expected === undefined ? {} : { Limit: Math.ceil(expected / SHARDS) + SPARE_KEYS }),
  };
  for await (const { Items = [] } of paginateQuery({ client }, query)) yield* Items;
}

/** Merges lists that are in order. */
async function* merged<T>(
  lists: readonly AsyncGenerator<T>[],
  isBefore: (a: T, b: T) => boolean,
): AsyncGenerator<T> {
  const heads = await Promise.all(lists.map(async (list) => ({ list, head: await list.next() })));
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const one of heads)
      if (one.head.done !== true && (first === undefined || isBefore(one.head.value, first.head.value)))
        first = one;
    if (first === undefined) return;
    yield first.head.value;
    first.head = await first.list.next();
  }
}
