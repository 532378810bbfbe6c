import { isDeepStrictEqual } from "node:util";
import { type AttributeValue, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { timeSeries } from "@rainhooks/app-time-series/webhook";
import { mapLimited } from "@rainhooks/core";
import { readPoints } from "@rainhooks/time-series";
import { timeSeriesTable } from "@rainhooks/time-series/table";
import { deployedName } from "@rainhooks/webhook/define";
import { startFunction, startShipped } from "../../processes/function.ts";
import { BENCH_STAGE } from "../../processes/services.ts";
import type { Contender } from "../compare.ts";
import { idempotencyTableOf, rivalSeriesTable } from "../tables.ts";
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
