import { hash } from "node:crypto";
import { paginateQuery } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TimeSeriesReader } from "@rainhooks/time-series/range";
import { seriesKey, timeKey } from "@rainhooks/time-series/series-keys";

/** Number of shards of the index of marks. */
const MARK_SHARDS = 16;

/**
 * Index of the groups whose series a sweep of alarms has to evaluate, by the time at which they were written.
 * Without alarm rules about series, nothing is in it.
 */
export const byMarkIndex = {
  name: "by-mark",
  partitionKey: { name: "markShard", type: "S" },
  sortKey: { name: "markKey", type: "S" },
  shards: MARK_SHARDS,
} as const;

/** A series of a node. */
export interface NamedSeries {
  readonly nodeId: string;
  readonly name: string;
}

/** Returns the attributes of a group that mark its series at a time, epoch milliseconds. */
export function markOf({ nodeId, name }: NamedSeries, atMs: number): Attributes {
  const shard = hash("sha256", seriesKey(nodeId, name), "buffer").readUInt32BE(0) % MARK_SHARDS;
  return { markShard: { S: String(shard) }, markKey: { S: `${timeKey(atMs)}#` } };
}

/**
 * Yields the series that were marked in a range of times, both inclusive, epoch milliseconds. A series can
 * come several times.
 */
export async function* eachMarkedSeries(
  { client, tableName }: TimeSeriesReader,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): AsyncGenerator<NamedSeries> {
  for (let shard = 0; shard < MARK_SHARDS; shard += 1) {
    const query = {
      TableName: tableName,
      IndexName: byMarkIndex.name,
      KeyConditionExpression: "#shard = :shard AND #key BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#shard": byMarkIndex.partitionKey.name, "#key": byMarkIndex.sortKey.name },
      ExpressionAttributeValues: {
        ":shard": { S: String(shard) },
        ":from": { S: timeKey(Math.max(0, fromMs)) },
        ":to": { S: `${timeKey(toMs)}#~` },
      },
    };
    for await (const { Items = [] } of paginateQuery({ client }, query)) yield* Items.map(seriesIn);
  }
}

function seriesIn({ series }: Attributes): NamedSeries {
  const text = series?.S ?? "";
  const end = text.indexOf("#");
  return { nodeId: decodeURIComponent(text.slice(0, end)), name: text.slice(end + 1) };
}
