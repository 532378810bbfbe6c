import { isDeepStrictEqual } from "node:util";
import { type AttributeValue, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { timeSeries } from "@rainhooks/app-time-series/webhook";
import { decode, mapLimited, readDelivery } from "@rainhooks/core";
import { readPoints } from "@rainhooks/time-series";
import { timeSeriesTable } from "@rainhooks/time-series/table";
import { deployedName } from "@rainhooks/webhook/define";
import type { SQSRecord } from "aws-lambda";
import { startFunction, startShipped } from "../../processes/function.ts";
import { BENCH_STAGE } from "../../processes/services.ts";
import type { Contender } from "../compare.ts";
import { bareTable, idempotencyTableOf, rivalSeriesTable } from "../tables.ts";
import type { RivalBundles } from "./bundle-rival.ts";
import { END_MS } from "./messages.ts";
import { type ExpectedReadings, readingKey } from "./readings.ts";

const READS_AT_ONCE = 16;
const TABLE = deployedName(BENCH_STAGE, timeSeriesTable.name);

/** Our function of time-series. */
export const ourTimeSeries: Contender<ExpectedReadings> = {
  name: "time-series",
  ownTables: [],
  answers: "stored",
  start: (endpoint) => startShipped(timeSeries, endpoint, { nowMs: END_MS }),
  countWrong: async ({ clients }, { expected }) => {
    const series = new Map([...expected.values()].map((one) => [`${one.nodeId}#${one.series}`, one]));
    const found = new Map<string, unknown>();
    await mapLimited([...series.values()], READS_AT_ONCE, async ({ nodeId, series: name }) => {
      const range = { nodeId, name, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
      const points = await readPoints({ client: clients.dynamodb, tableName: TABLE }, range, Date.now());
      for (const { atMs, value } of points) found.set(readingKey({ nodeId, series: name, atMs }), value);
    });
    return countWrong(found, expected);
  },
};

/** The rival of time-series. */
export function timeSeriesRival(bundles: RivalBundles): Contender<ExpectedReadings> {
  const idempotencyTable = idempotencyTableOf(rivalSeriesTable);
  return {
    name: "Powertools",
    ownTables: [rivalSeriesTable, idempotencyTable],
    answers: "stored",
    start: (endpoint) =>
      startFunction({
        nowMs: END_MS,
        bundle: bundles.path("powertools-time-series"),
        endpoint,
        memoryMiB: timeSeries.function.memoryMiB,
        variables: { SERIES_TABLE: rivalSeriesTable.name, IDEMPOTENCY_TABLE: idempotencyTable.name },
      }),
    countWrong: async ({ clients }, { expected }) => {
      const found = new Map<string, unknown>();
      for await (const item of itemsOf(clients.dynamodb, rivalSeriesTable.name)) {
        const { series, atMs, value } = unmarshall(item);
        const key = `${series}#${atMs}`;
        if (expected.has(key)) found.set(key, value);
      }
      return countWrong(found, expected);
    },
  };
}

/** The least that the job takes: bare calls of BatchWriteItem, with an item for each event that is made already. */
export function bareBatchWrite(bundles: RivalBundles): Contender<ExpectedReadings> {
  return {
    name: "bare BatchWriteItem",
    ownTables: [bareTable],
    answers: "stored",
    toRecord: bareItem,
    start: (endpoint) =>
      startFunction({
        nowMs: END_MS,
        bundle: bundles.path("bare-batch-write"),
        endpoint,
        memoryMiB: timeSeries.function.memoryMiB,
        variables: { ITEMS_TABLE: bareTable.name },
      }),
    countWrong: async ({ clients }, { expected }) => {
      const found = new Map<string, unknown>();
      for await (const item of itemsOf(clients.dynamodb, bareTable.name)) {
        const { series, readings } = unmarshall(item);
        for (const [atMs, value] of JSON.parse(readings))
          if (expected.has(`${series}#${atMs}`)) found.set(`${series}#${atMs}`, value);
      }
      return countWrong(found, expected);
    },
  };
}

/** Makes the item of an event: about as large as ours. */
function bareItem(record: SQSRecord): SQSRecord {
  const decoded = decode(readDelivery(record));
  if (decoded.kind !== "event" || !("series" in decoded.event.data))
    throw new Error("There are no readings.");
  const { nodeId, series } = decoded.event.data;
  const [first] = series;
  const readings = series.flatMap(({ records }) => records.map(({ atMs, value }) => [atMs, value]));
  const item = {
    series: `${nodeId}#${first?.name}`,
    group: String(first?.records[0]?.atMs).padStart(15, "0"),
    readings: JSON.stringify(readings),
  };
  return { ...record, body: JSON.stringify(marshall(item)) };
}

function countWrong(found: ReadonlyMap<string, unknown>, expected: ExpectedReadings): number {
  const right = [...expected].filter(
    ([key, { value }]) => found.has(key) && isDeepStrictEqual(found.get(key), value),
  ).length;
  return Math.max(found.size, expected.size) - right;
}

async function* itemsOf(
  client: DynamoDBClient,
  TableName: string,
): AsyncGenerator<Record<string, AttributeValue>> {
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    yield* Items;
}
