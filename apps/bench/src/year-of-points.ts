import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { chunk, DAY_MS, decode, MINUTE_MS } from "@rainhooks/core";
import { formatTable } from "@rainhooks/terminal";
import { deliveryOf } from "@rainhooks/testing";
import {
  querySeries,
  readPoints,
  type SeriesQuery,
  type TimeSeriesEvent,
  timeSeriesSink,
} from "@rainhooks/time-series";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/table";
import { startBenchTables } from "./bench-tables.ts";
import { gate } from "./gate.ts";
import { METERED_HEADER, Meter, meteredRow } from "./metered.ts";

const DAYS = 365;
const MINUTES_PER_DAY = DAY_MS / MINUTE_MS;
const FROM_MS = Date.UTC(2025, 0);
const TO_MS = FROM_MS + DAYS * DAY_MS;
const NOW_MS = TO_MS + DAY_MS;
const RECORDS_PER_EVENT = 180;
const SERIES = { nodeId: "node", name: "Room.Temperature", kind: "number" } as const;

const names = {
  tableName: timeSeriesTable.name,
  rollupsTableName: timeSeriesRollupsTable.name,
  keepsRollups: true,
};

/**
 * Measures daily aggregates of a year with a point per minute: the first query, a repeated query, and a query after a late
 * point, compared with reading every point.
 */
export async function benchYear(): Promise<string> {
  const { client, stop } = await startBenchTables([timeSeriesTable, timeSeriesRollupsTable]);
  const reader = { client, ...names };
  const points = Array.from({ length: DAYS * MINUTES_PER_DAY }, (_, minute) => ({
    t: (FROM_MS + minute * MINUTE_MS) / 1000,
    v: (minute % 1000) / 4,
  }));
  await write(client, points);
  const meter = new Meter(client);
  const byDay = () => querySeries(reader, BY_DAY, NOW_MS);

  const raw = await meter.measure(() =>
    readPoints(reader, { ...SERIES, fromMs: FROM_MS, toMs: TO_MS }, NOW_MS),
  );
  gate(raw.result.length === points.length, "all points are stored");
  const expected = sumsByDay(raw.result);
  const cold = await meter.measure(byDay);
  gate(same(cold.result.values, expected), "the first query returns the sums of the points");
  const warm = await meter.measure(byDay);
  gate(same(warm.result.values, expected), "the query from rollups returns the same sums");
  const late = { t: (FROM_MS + 100 * DAY_MS) / 1000 + 30, v: 1000 };
  await write(client, [late]);
  const afterLate = await meter.measure(byDay);
  const withLate = expected.map((sum, day) => (day === 100 ? sum + late.v : sum));
  gate(same(afterLate.result.values, withLate), "a late point is included in the next query");
  await stop();
  return [
    `A year of a series with a point per minute (${points.length} points), sum per day`,
    formatTable(METERED_HEADER, [
      meteredRow("reading every point", raw),
      meteredRow("first query", cold),
      meteredRow("same query again", warm),
      meteredRow("again, after a late point", afterLate),
    ]),
    `${Math.round(raw.readUnits / warm.readUnits)} times fewer read units than reading every point.`,
  ].join("\n");
}

const BY_DAY: SeriesQuery = {
  ...SERIES,
  fromMs: FROM_MS,
  toMs: TO_MS,
  aggregate: "sum",
  calendar: { interval: "day", timezone: "UTC", weekStart: "monday" },
  differential: false,
  resetOnNegative: false,
  newestFirst: false,
  limit: DAYS,
};

async function write(client: DynamoDBClient, points: readonly { t: number; v: number }[]): Promise<void> {
  const sink = timeSeriesSink({ client, ...names, nowMs: () => NOW_MS, retentionDays: 0 });
  for (const records of chunk(points, RECORDS_PER_EVENT)) {
    const event_data = { node_id: SERIES.nodeId, ts_data: [{ name: SERIES.name, dt: "float", records }] };
    const decoded = decode(deliveryOf({ event_type: "rmaker.event.node_ts_data", event_data }));
    if (decoded.kind !== "event") throw new Error(`The seed is not an event: ${JSON.stringify(decoded)}`);
    const failures = await sink.write([{ id: "1", value: decoded.event as TimeSeriesEvent }]);
    gate(failures.length === 0, "every point is written");
  }
}

function sumsByDay(points: readonly { readonly atMs: number; readonly value: unknown }[]): number[] {
  const sums = new Array<number>(DAYS).fill(0);
  for (const { atMs, value } of points) {
    const day = Math.floor((atMs - FROM_MS) / DAY_MS);
    sums[day] = (sums[day] ?? 0) + Number(value);
  }
  return sums;
}

function same(values: readonly { readonly value: unknown }[], sums: readonly number[]): boolean {
  return values.length === sums.length && values.every(({ value }, day) => value === sums[day]);
}
