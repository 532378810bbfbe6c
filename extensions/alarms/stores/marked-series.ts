import { hash } from "node:crypto";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { shardedItems } from "@rainhooks/dynamodb/sharded-index";
import type { TimeSeriesReader } from "@rainhooks/time-series/range";
import { seriesKey, timeKey } from "@rainhooks/time-series/series-keys";
import { bySeriesMarkIndex, SERIES_MARK_SHARDS } from "../watch-tables.ts";

/** A series of a node. */
export interface NamedSeries {
  readonly nodeId: string;
  readonly name: string;
}

/** Returns the attributes of a group that mark its series at a time, epoch milliseconds. */
export function markOf({ nodeId, name }: NamedSeries, atMs: number): Attributes {
  const shard = hash("sha256", seriesKey(nodeId, name), "buffer").readUInt32BE(0) % SERIES_MARK_SHARDS;
  return { markShard: { S: String(shard) }, markKey: { S: `${timeKey(atMs)}#` } };
}

/**
 * Yields the series that were marked in a range of times, both inclusive, epoch milliseconds. A series can
 * come several times.
 */
export async function* eachMarkedSeries(
  table: TimeSeriesReader,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): AsyncGenerator<NamedSeries> {
  const shards = Array.from({ length: SERIES_MARK_SHARDS }, (_, shard) => String(shard));
  const [first, last] = [timeKey(Math.max(0, fromMs)), `${timeKey(toMs)}#~`];
  for await (const item of shardedItems(table, { index: bySeriesMarkIndex, shards, first, last }))
    yield seriesIn(item);
}

function seriesIn({ series }: Attributes): NamedSeries {
  const text = series?.S ?? "";
  const end = text.indexOf("#");
  return { nodeId: decodeURIComponent(text.slice(0, end)), name: text.slice(end + 1) };
}
