import { mapLimited } from "@rainhooks/core/collections";
import { queryAll } from "@rainhooks/dynamodb/read-all";
import type { ValueKind } from "./kind.ts";
import { eachPoint } from "./points.ts";
import { FEW_GROUPS, type SeriesRange, type TimeSeriesReader } from "./range.ts";
import { decodeSeriesListItem, type Point, seriesListKey } from "./series-keys.ts";

const READS_AT_ONCE = 8;
/**
 * Returns the points of a part of a series in the order of their times. Points that are expired at
 * `nowMs` are skipped.
 */
export async function readPoints(
  reader: TimeSeriesReader,
  range: SeriesRange,
  nowMs: number,
): Promise<Point[]> {
  const points: Point[] = [];
  for await (const { point } of eachPoint(reader, range, nowMs)) points.push(point);
  return points;
}

/** Returns the newest point of a series before a time; `undefined` if there is none. */
export async function readLastPoint(
  reader: TimeSeriesReader,
  range: Omit<SeriesRange, "fromMs">,
  nowMs: number,
): Promise<Point | undefined> {
  const order = { newestFirst: true, perCall: FEW_GROUPS };
  for await (const { point } of eachPoint(reader, { ...range, fromMs: 0 }, nowMs, order))
    return point;
  return undefined;
}

/** Returns the oldest point of a series from a time on; `undefined` if there is none. */
export async function readFirstPoint(
  reader: TimeSeriesReader,
  range: SeriesRange,
  nowMs: number,
): Promise<Point | undefined> {
  for await (const { point } of eachPoint(reader, range, nowMs, { perCall: FEW_GROUPS }))
    return point;
  return undefined;
}

/** A series of a node, and the kinds of its values. */
export type ListedSeries = Awaited<ReturnType<typeof listSeries>>[number];

export async function listSeries(reader: TimeSeriesReader, nodeId: string) {
  const query = {
    KeyConditionExpression: "series = :series",
    ExpressionAttributeValues: { ":series": { S: seriesListKey(nodeId) } },
  };
  const kinds = new Map<string, ValueKind[]>();
  for (const item of await queryAll(reader, query)) {
    const { name, kind } = decodeSeriesListItem(item);
    kinds.set(name, [...(kinds.get(name) ?? []), kind]);
  }
  return [...kinds]
    .map(([name, held]) => ({ name, kinds: held }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Lists the series of a node, each with its newest point. */
export function describeSeries(
  reader: TimeSeriesReader,
  nodeId: string,
  names: readonly string[],
  nowMs: number,
) {
  return mapLimited(names, READS_AT_ONCE, async (name) => ({
    name,
    last: await readLastPoint(reader, { nodeId, name, toMs: Number.MAX_SAFE_INTEGER }, nowMs),
  }));
}
