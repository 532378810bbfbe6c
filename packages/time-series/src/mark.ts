import { hash } from "node:crypto";
import { paginateQuery } from "@aws-sdk/client-dynamodb";
import type { SeriesRecord } from "@rainhooks/core/decode/time-series";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TimeSeriesReader } from "./range.ts";
import { seriesKey, timeKey } from "./series-keys.ts";
import { byMarkIndex, MARK_SHARDS } from "./time-series-tables.ts";

/** Returns whether a sweep of alarms has to look at a series because of points that were written. */
export type SeriesMarker = (
  name: string,
  points: readonly Pick<SeriesRecord, "atMs" | "value">[],
  nowMs: number,
) => boolean;

/**
 * Returns the groups of a series that one event brings, the first one with a mark. What is written again is
 * marked again: whether a group is marked must depend on its event alone, because a copy of the event puts
 * the same items, and without the mark it would take it away.
 */
export function marked(
  nodeId: string,
  name: string,
  groups: readonly Attributes[],
  nowMs: number,
): Attributes[] {
  const [first, ...others] = groups;
  return first === undefined ? [] : [{ ...first, ...markOf(seriesKey(nodeId, name), nowMs) }, ...others];
}

function markOf(series: string, nowMs: number): Attributes {
  const shard = hash("sha256", series, "buffer").readUInt32BE(0) % MARK_SHARDS;
  return { markShard: { S: String(shard) }, markKey: { S: `${timeKey(nowMs)}#` } };
}

/** A series of a node. */
export interface NamedSeries {
  readonly nodeId: string;
  readonly name: string;
}

/**
 * Yields the series that were marked in a range of times, both inclusive, epoch milliseconds; see `marks` of
 * {@link timeSeriesSink}. A series can come several times.
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
