import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { querySeries, type SeriesQuery } from "./query.ts";
import { summarize } from "./summarize.ts";
import { type TimeSeriesEvent, timeSeriesSink } from "./time-series-sink.ts";
import { timeSeriesRollupsTable, timeSeriesTable } from "./time-series-tables.ts";
import { type Interval, windowsOf } from "./windows.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 1);
const NOW_MS = START_MS + 10 * DAY_MS;
const PART = { nodeId: "node", name: "s", kind: "number" } as const;

describe("windows", () => {
  let tables: TestTables;
  /**
   * Reads of points, by the seconds since the first day's beginning from which on and up to which
   * they read. They begin with an hour, because a group that begins earlier in the hour can have
   * points of the time.
   */
  const pointReads: [fromS: number, toS: number][] = [];
  let client: DynamoDBClient;

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(timeSeriesTable);
    await tables.create(timeSeriesRollupsTable);
    client = new Proxy(tables.client, {
      get: (target, key) => {
        if (key !== "send") return Reflect.get(target, key);
        return (command: Parameters<DynamoDBClient["send"]>[0]) => {
          if (command instanceof QueryCommand && command.input.TableName === timeSeriesTable.name) {
            const { ":from": from, ":to": to } = command.input.ExpressionAttributeValues ?? {};
            const seconds = (value: typeof from) => (Number(value?.S) - START_MS) / 1000;
            pointReads.push([seconds(from), seconds(to)]);
          }
          return target.send(command);
        };
      },
    });
    const records = [0, 1, 2, 14, 15, 16, 29, 59, 60, 119, 720, 1439, 1440, 1500, 2880].map(
      (minute) => ({
        t: START_MS / 1000 + minute * 60 + 30,
        v: minute,
      }),
    );
    const data = { node_id: PART.nodeId, ts_data: [{ name: PART.name, dt: "float", records }] };
    const decoded = decode(
      deliveryOf({ event_type: "rmaker.event.node_ts_data", event_data: data }),
    );
    if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
    const sink = timeSeriesSink({ ...reader(), nowMs: () => START_MS, retentionDays: 0 });
    expect(await sink.write([{ id: "1", value: decoded.event as TimeSeriesEvent }])).toEqual([]);
    // The rollups of the first two days.
    await sums("day", 0, 2 * DAY_MS);
  });
  afterAll(() => tables.stop());

  const reader = () => ({
    client: client ?? tables.client,
    tableName: timeSeriesTable.name,
    rollupsTableName: timeSeriesRollupsTable.name,
    keepsRollups: true,
  });

  /** Sums of the windows of a time that have points, by the minute in which they begin. */
  async function sums(
    interval: Interval,
    fromMs: number,
    toMs: number,
    changes: Partial<SeriesQuery> = {},
  ) {
    pointReads.length = 0;
    const { values } = await querySeries(
      reader(),
      {
        ...PART,
        fromMs: START_MS + fromMs,
        toMs: START_MS + toMs,
        aggregate: "sum",
        calendar: { interval, timezone: "UTC", weekStart: "monday" },
        differential: false,
        resetOnNegative: false,
        newestFirst: false,
        limit: 1000,
        ...changes,
      },
      NOW_MS,
    );
    return values.map(({ atMs, value }) => [(atMs - START_MS) / MINUTE_MS, value]);
  }

  it("windows of days are read from their rollups alone", async () => {
    expect(await sums("day", 0, 2 * DAY_MS)).toEqual([
      [0, 0 + 1 + 2 + 14 + 15 + 16 + 29 + 59 + 60 + 119 + 720 + 1439],
      [1440, 1440 + 1500],
    ]);
    expect(pointReads).toEqual([]);
  });

  it("windows of hours are read from the rollups of their day", async () => {
    expect(await sums("hour", 0, DAY_MS)).toEqual([
      [0, 136],
      [60, 60 + 119],
      [720, 720],
      [1380, 1439],
    ]);
    expect(pointReads).toEqual([]);
  });

  it("windows of minutes are read from points: the quarter of a rollup is not a minute", async () => {
    const expected = [0, 1, 2, 14, 15, 16, 29, 59].map((minute) => [minute, minute]);
    expect(await sums("minute", 0, 60 * MINUTE_MS)).toEqual(expected);
    expect(pointReads).toEqual([[0, 3600]]);
  });

  test.each<[string, number, number, number[][], [number, number][]]>([
    ["that begin within a quarter", 5, 60, [[5, 14 + 15 + 16 + 29 + 59]], [[0, 900]]],
    ["that end within a quarter", 0, 50, [[0, 0 + 1 + 2 + 14 + 15 + 16 + 29]], [[0, 3000]]],
    ["of whole quarters", 15, 45, [[15, 15 + 16 + 29]], []],
  ])(
    "windows of a time %s are read from points there, and from rollups elsewhere",
    async (_, from, to, values, reads) => {
      expect(await sums("hour", from * MINUTE_MS, to * MINUTE_MS)).toEqual(values);
      expect(pointReads).toEqual(reads);
    },
  );

  it("windows of zones at a quarter of an hour are read from rollups", async () => {
    const calendar = { interval: "hour", timezone: "Asia/Kathmandu", weekStart: "monday" } as const;
    expect(await sums("hour", 15 * MINUTE_MS, 75 * MINUTE_MS, { calendar })).toEqual([
      [15, 15 + 16 + 29 + 59 + 60],
    ]);
    expect(pointReads).toEqual([]);
  });

  it("windows of days that are not past are read from points", async () => {
    const windows = [
      ...windowsOf(START_MS + DAY_MS, START_MS + 3 * DAY_MS, {
        interval: "day",
        timezone: "UTC",
        weekStart: "monday",
      }),
    ];
    pointReads.length = 0;
    const nowMs = START_MS + 3 * DAY_MS + 3_599_999;
    const summaries = await summarize(reader(), PART, windows, nowMs);
    expect(summaries.map(({ sum }) => sum)).toEqual([2940, 2880]);
    expect(pointReads).toEqual([[(2 * DAY_MS) / 1000, (3 * DAY_MS) / 1000]]);
  });

  it("an empty list of windows has an empty result", async () => {
    expect(await summarize(reader(), PART, [], NOW_MS)).toEqual([]);
  });
});
