import { hash } from "node:crypto";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { type ShardedRange, shardedItems } from "@rainhooks/dynamodb/sharded-index";
import { idShards, shardsOf } from "@rainhooks/node-status/node-item";
import { byStatusIndex } from "@rainhooks/node-status/node-status-tables";
import type { NodeStatusReader } from "@rainhooks/node-status/read-node";
import { timeText } from "@rainhooks/node-status/time-text";
import type { TimeSeriesReader } from "@rainhooks/time-series/range";
import { seriesKey, timeKey } from "@rainhooks/time-series/series-keys";
import { byMarkIndex, bySeriesMarkIndex, SERIES_MARK_SHARDS } from "../watch-tables.ts";

/** A node in an index, and the time under which it is there, epoch milliseconds. */
interface IndexedNode {
  readonly nodeId: string;
  readonly atMs: number;
}

/** A range of times, both inclusive, epoch milliseconds. */
interface Times {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Keys of a range that are expected: each shard is read by pages of this many. */
const EXPECTED = 16_000;
/** Sorts after every node id with a time. */
const AFTER_IDS = "#\u{10ffff}";

/**
 * Yields the nodes that are offline since a time in a range, those that are offline longest first.
 * Half a read unit for each of the 16 shards, and for about 40 nodes.
 */
export function eachOfflineSince(
  reader: NodeStatusReader,
  times: Times,
): AsyncGenerator<IndexedNode> {
  return indexed(reader, { index: byStatusIndex, shards: shardsOf("offline") }, times);
}

/** Yields the nodes that were marked in a range of times. */
export function readMarkedNodes(
  reader: NodeStatusReader,
  times: Times,
): AsyncGenerator<IndexedNode> {
  return indexed(reader, { index: byMarkIndex, shards: idShards() }, times);
}

async function* indexed(
  reader: NodeStatusReader,
  { index, shards }: Pick<ShardedRange, "index" | "shards">,
  { fromMs, toMs }: Times,
): AsyncGenerator<IndexedNode> {
  const first = timeText(fromMs);
  const last = `${timeText(toMs)}${AFTER_IDS}`;
  for await (const item of shardedItems(reader, {
    index,
    shards,
    first,
    last,
    expected: EXPECTED,
  })) {
    const key = item[index.sortKey.name]?.S ?? "";
    const end = key.indexOf("#");
    yield { nodeId: key.slice(end + 1), atMs: Number(key.slice(0, end)) };
  }
}

/** Returns the attributes of a group that mark its series at a time, epoch milliseconds. */
export function markOf(
  { nodeId, name }: { readonly nodeId: string; readonly name: string },
  atMs: number,
): Attributes {
  const shard =
    hash("sha256", seriesKey(nodeId, name), "buffer").readUInt32BE(0) % SERIES_MARK_SHARDS;
  return { markShard: { S: String(shard) }, markKey: { S: `${timeKey(atMs)}#` } };
}

/** Yields the series that were marked in a range of times. A series can come several times. */
export async function* eachMarkedSeries(table: TimeSeriesReader, { fromMs, toMs }: Times) {
  const shards = Array.from({ length: SERIES_MARK_SHARDS }, (_, shard) => String(shard));
  const first = timeKey(Math.max(0, fromMs));
  const last = `${timeKey(toMs)}#~`;
  for await (const item of shardedItems(table, { index: bySeriesMarkIndex, shards, first, last })) {
    const text = item["series"]?.S ?? "";
    const end = text.indexOf("#");
    yield { nodeId: decodeURIComponent(text.slice(0, end)), series: text.slice(end + 1) };
  }
}
