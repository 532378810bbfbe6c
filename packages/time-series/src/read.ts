import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/sinks";
import { decodePoint, type Point, seriesKey, seriesListKey, timeKey } from "./item.ts";

/** The table to read, and the client to read it with. */
export interface TimeSeriesReader {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** A part of a series: from `fromMs` up to but not including `toMs`. */
export interface SeriesRange {
  readonly nodeId: string;
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The points of a part of a series, in the order of their times. What has expired at `nowMs` is left out. */
export async function readPoints(
  reader: TimeSeriesReader,
  { nodeId, name, fromMs, toMs }: SeriesRange,
  nowMs: number,
): Promise<Point[]> {
  const items = await query(reader, {
    KeyConditionExpression: "series = :series AND point BETWEEN :from AND :to",
    ExpressionAttributeValues: {
      ":series": { S: seriesKey(nodeId, name) },
      ":from": { S: timeKey(fromMs) },
      ":to": { S: timeKey(toMs) },
    },
  });
  return items
    .map(decodePoint)
    .filter(({ expiresAtS }) => expiresAtS === undefined || expiresAtS * 1000 > nowMs);
}

/** The names of a node's series. */
export async function listSeries(reader: TimeSeriesReader, nodeId: string): Promise<string[]> {
  const items = await query(reader, {
    KeyConditionExpression: "series = :series",
    ExpressionAttributeValues: { ":series": { S: seriesListKey(nodeId) } },
  });
  return items.map((item) => item["point"]?.S ?? "");
}

async function query(
  { client, tableName }: TimeSeriesReader,
  condition: { KeyConditionExpression: string; ExpressionAttributeValues: Attributes },
): Promise<Attributes[]> {
  const items: Attributes[] = [];
  for await (const page of paginateQuery({ client }, { TableName: tableName, ...condition })) {
    items.push(...(page.Items ?? []));
  }
  return items;
}
