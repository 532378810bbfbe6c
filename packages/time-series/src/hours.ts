import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { HOUR_MS } from "@rainhooks/core/durations";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { hourOf } from "./group.ts";
import type { ReadOrder, SeriesRange, TimeSeriesReader } from "./range.ts";
import { seriesKey, timeIn, timeKey } from "./series-keys.ts";
import type { Window } from "./windows.ts";

/**
 * Each call reads this many times more than the previous one, because many points may be expired or
 * of another kind.
 */
const GROWTH = 10;
/** DynamoDB never returns more than this: its responses are limited to 1 MB. */
const MAX_PER_CALL = 20_000;

/** Items in order. */
interface Page {
  readonly items: readonly Attributes[];
  /** Whether no later item belongs to the UTC hour of the last one. */
  readonly endsHour: boolean;
}

/**
 * Yields the groups of a range as lists, each with all groups of one UTC hour: groups of one hour
 * overlap in time, those of different hours never. Hours without groups are skipped. The first and
 * the last groups can have points outside the range.
 */
export async function* groupsByHour(
  reader: TimeSeriesReader,
  range: SeriesRange,
  order: ReadOrder,
): AsyncGenerator<readonly Attributes[]> {
  if (range.fromMs >= range.toMs) return;
  let hour: Attributes[] = [];
  let hourMs: number | undefined;
  for await (const { items, endsHour } of pagesOf(reader, range, windowOf(range, order), order)) {
    for (const item of items) {
      const itsHourMs = hourIn(item);
      if (itsHourMs !== hourMs && hour.length > 0) {
        yield hour;
        hour = [];
      }
      hourMs = itsHourMs;
      hour.push(item);
    }
    if (endsHour && hour.length > 0) {
      yield hour;
      hour = [];
    }
  }
}

/**
 * Returns the time in which groups with points of the range can start, behind `after` if that is
 * given.
 */
function windowOf(
  { fromMs, toMs }: SeriesRange,
  { newestFirst = false, after }: ReadOrder,
): Window {
  const afterMs = after === undefined ? undefined : timeIn(after);
  const startMs = newestFirst ? fromMs : Math.max(fromMs, afterMs ?? fromMs);
  const endMs = newestFirst ? Math.min(toMs, (afterMs ?? toMs) + 1) : toMs;
  return { startMs: hourOf(Math.max(startMs, 0)), endMs };
}

/**
 * After a call with a limit, reads the rest of the hour in which it ended, before anything beyond
 * it.
 */
async function* pagesOf(
  reader: TimeSeriesReader,
  range: SeriesRange,
  window: Window,
  order: ReadOrder,
  startKey?: Attributes,
): AsyncGenerator<Page> {
  let { startMs, endMs } = window;
  let limit = order.perCall;
  let start = startKey;
  while (startMs < endMs) {
    const result = await pageOf(reader, range, { startMs, endMs }, order, { start, limit });
    start = result.LastEvaluatedKey;
    yield { items: result.Items ?? [], endsHour: start === undefined };
    if (start === undefined) return;
    if (limit === undefined) continue;
    const hourMs = hourIn(start);
    const rest = { startMs: Math.max(startMs, hourMs), endMs: Math.min(endMs, hourMs + HOUR_MS) };
    yield* pagesOf(reader, range, rest, { ...order, perCall: undefined }, start);
    if (order.newestFirst === true) endMs = hourMs;
    else startMs = hourMs + HOUR_MS;
    start = undefined;
    limit = Math.min(limit * GROWTH, MAX_PER_CALL);
  }
}

function pageOf(
  { client, tableName }: TimeSeriesReader,
  { nodeId, name }: SeriesRange,
  { startMs, endMs }: Window,
  { newestFirst = false, consistent = false }: ReadOrder,
  { start, limit }: { readonly start: Attributes | undefined; readonly limit: number | undefined },
) {
  return client.send(
    new QueryCommand({
      TableName: tableName,
      // A key continues after its time, so a group that starts exactly at the end sorts after `to`
      // and is excluded.
      KeyConditionExpression: "series = :series AND #group BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#group": "group" },
      ExpressionAttributeValues: {
        ":series": { S: seriesKey(nodeId, name) },
        ":from": { S: timeKey(startMs) },
        ":to": { S: timeKey(endMs) },
      },
      ScanIndexForward: !newestFirst,
      ConsistentRead: consistent,
      ExclusiveStartKey: start,
      Limit: limit,
    }),
  );
}

function hourIn(key: Attributes): number {
  return hourOf(timeIn(key["group"]?.S ?? ""));
}
