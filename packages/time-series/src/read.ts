import { type DynamoDBClient, QueryCommand, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/dynamodb";
import {
  decodePoint,
  decodeSeriesListItem,
  identityOf,
  type Point,
  seriesKey,
  seriesListKey,
  timeKey,
} from "./item.ts";
import { kindOf, type ValueKind } from "./kind.ts";

/** The table to read, and its client. */
export interface TimeSeriesReader {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** A part of a series: from `fromMs` (inclusive) to `toMs` (exclusive). */
export interface SeriesRange {
  readonly nodeId: string;
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Only values of this kind. */
  readonly kind?: ValueKind | undefined;
}

/** Order and limits of a read. */
export interface ReadOrder {
  readonly newestFirst?: boolean;
  /** Start after this position, which an earlier read returned. */
  readonly after?: string | undefined;
  /** Maximum items that DynamoDB reads in the first call; later calls may read more. */
  readonly perCall?: number;
  /** Use a consistent read, which costs twice as much. */
  readonly consistent?: boolean;
}

/** A point, and its position in its series. */
export interface PlacedPoint {
  readonly point: Point;
  readonly place: string;
}

const READS_AT_ONCE = 8;
/** Each call reads this many times more than the previous one, because many items may be expired or of another kind. */
const GROWTH = 10;
/** DynamoDB never returns more than this: its responses are limited to 1 MB. */
const MAX_PER_CALL = 20_000;

/** Yields the points of a range, each once. Points that are expired at `nowMs` are skipped. */
export async function* eachPoint(
  reader: TimeSeriesReader,
  range: SeriesRange,
  nowMs: number,
  order: ReadOrder = {},
): AsyncGenerator<PlacedPoint> {
  let last = order.after === undefined ? undefined : identityOf(order.after);
  for await (const items of pagesOf(reader, range, order)) {
    for (const item of items) {
      const place = item["point"]?.S ?? "";
      const identity = identityOf(place);
      const point = decodePoint(item);
      const expired = point.expiresAtS !== undefined && point.expiresAtS * 1000 <= nowMs;
      const wanted = range.kind === undefined || kindOf(point.dataType) === range.kind;
      if (!wanted || expired || identity === last) continue;
      last = identity;
      yield { point, place };
    }
  }
}

async function* pagesOf(
  { client, tableName }: TimeSeriesReader,
  { nodeId, name, fromMs, toMs }: SeriesRange,
  { newestFirst = false, after, perCall, consistent = false }: ReadOrder,
): AsyncGenerator<Attributes[]> {
  if (fromMs >= toMs) return;
  const series = { S: seriesKey(nodeId, name) };
  let start: Attributes | undefined = after === undefined ? undefined : { series, point: { S: after } };
  let limit = perCall;
  do {
    const answer: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "series = :series AND point BETWEEN :from AND :to",
        // A point's key continues after its time, so a point exactly at the end sorts after `to` and is excluded.
        ExpressionAttributeValues: {
          ":series": series,
          ":from": { S: timeKey(fromMs) },
          ":to": { S: timeKey(toMs) },
        },
        ScanIndexForward: !newestFirst,
        ConsistentRead: consistent,
        ExclusiveStartKey: start,
        Limit: limit,
      }),
    );
    yield answer.Items ?? [];
    start = answer.LastEvaluatedKey;
    limit = limit === undefined ? undefined : Math.min(limit * GROWTH, MAX_PER_CALL);
  } while (start !== undefined);
}

/**
 * Returns the points of a part of a series in the order of their times. Points that are expired at `nowMs` are skipped.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { readPoints } from "@rainhooks/time-series";
 *
 * const reader = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-time-series" };
 * const part = { nodeId: "kitchen", name: "Thermostat.Temperature" };
 * const range = { ...part, fromMs: Date.UTC(2024, 10, 24, 8), toMs: Date.UTC(2024, 10, 24, 10) };
 * const points = await readPoints(reader, range, Date.now());
 * console.log(points.map(({ value }) => value)); // [ 20.5, 21 ]
 * ```
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
  const order = { newestFirst: true, perCall: range.kind === undefined ? 1 : 10 };
  for await (const { point } of eachPoint(reader, { ...range, fromMs: 0 }, nowMs, order)) return point;
  return undefined;
}

/** Returns the oldest point of a series from a time on; `undefined` if there is none. */
export async function readFirstPoint(
  reader: TimeSeriesReader,
  range: SeriesRange,
  nowMs: number,
): Promise<Point | undefined> {
  for await (const { point } of eachPoint(reader, range, nowMs, { perCall: 1 })) return point;
  return undefined;
}

/** A series of a node, and the kinds of its values. */
export interface ListedSeries {
  readonly name: string;
  readonly kinds: readonly ValueKind[];
}

/**
 * Lists the series of a node by name.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { listSeries } from "@rainhooks/time-series";
 *
 * const reader = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-time-series" };
 * const series = await listSeries(reader, "kitchen");
 * console.log(series); // [ { name: 'Thermostat.Temperature', kinds: [ 'number' ] } ]
 * ```
 */
export async function listSeries(
  { client, tableName }: TimeSeriesReader,
  nodeId: string,
): Promise<ListedSeries[]> {
  const kinds = new Map<string, ValueKind[]>();
  let start: Attributes | undefined;
  do {
    const answer = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "series = :series",
        ExpressionAttributeValues: { ":series": { S: seriesListKey(nodeId) } },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    for (const item of answer.Items ?? []) {
      const { name, kind } = decodeSeriesListItem(item);
      kinds.set(name, [...(kinds.get(name) ?? []), kind]);
    }
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return [...kinds].map(([name, held]) => ({ name, kinds: held })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A series of a node, and its newest point. */
export interface SeriesInfo {
  readonly name: string;
  readonly last: Point | undefined;
}

/**
 * Lists the series of a node, each with its newest point.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { describeSeries } from "@rainhooks/time-series";
 *
 * const reader = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-time-series" };
 * const [series] = await describeSeries(reader, "kitchen", ["Thermostat.Temperature"], Date.now());
 * console.log(series?.last?.value); // 22
 * ```
 */
export function describeSeries(
  reader: TimeSeriesReader,
  nodeId: string,
  names: readonly string[],
  nowMs: number,
): Promise<SeriesInfo[]> {
  return mapLimited(names, READS_AT_ONCE, async (name) => ({
    name,
    last: await readLastPoint(reader, { nodeId, name, toMs: Number.MAX_SAFE_INTEGER }, nowMs),
  }));
}
