import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { querySeries, type SeriesQuery } from "./query.ts";
import { type TimeSeriesEvent, timeSeriesSink } from "./time-series-sink.ts";
import { timeSeriesRollupsTable, timeSeriesTable } from "./time-series-tables.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 2);
const NOW_MS = START_MS + 10 * DAY_MS;

describe("querySeries", () => {
  let tables: TestTables;

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(timeSeriesTable);
    await tables.create(timeSeriesRollupsTable);
    const records = [
      [-30, 2],
      [1, 5],
      [2, 3],
      [25, 10],
      [26, "on"],
      [49, 4],
      [50, 6],
    ] as const;
    const numbers = records.filter(([, v]) => typeof v === "number");
    const texts = records.filter(([, v]) => typeof v === "string");
    const toSeries = (dt: string, list: readonly (readonly [number, unknown])[]) => ({
      name: "s",
      dt,
      records: list.map(([hour, v]) => ({ t: START_MS / 1000 + hour * 3600, v })),
    });
    const data = {
      node_id: "node",
      ts_data: [toSeries("float", numbers), toSeries("string", texts)],
    };
    const decoded = decode(
      deliveryOf({ event_type: "rmaker.event.node_ts_data", event_data: data }),
    );
    if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
    const sink = timeSeriesSink({ ...reader(), nowMs: () => START_MS, retentionDays: 0 });
    expect(await sink.write([{ id: "1", value: decoded.event as TimeSeriesEvent }])).toEqual([]);
  });
  afterAll(() => tables.stop());

  const reader = () => ({
    client: tables.client,
    tableName: timeSeriesTable.name,
    rollupsTableName: timeSeriesRollupsTable.name,
    keepsRollups: true,
  });

  /**
   * Values of a result by the hours since the beginning at which they are, and where the next page
   * begins.
   */
  async function ask(changes: Partial<SeriesQuery>) {
    const { values, next } = await querySeries(
      reader(),
      {
        nodeId: "node",
        name: "s",
        kind: "number",
        fromMs: START_MS,
        toMs: START_MS + 3 * DAY_MS,
        aggregate: "raw",
        differential: false,
        resetOnNegative: false,
        newestFirst: false,
        limit: 100,
        calendar: { interval: "day", timezone: "UTC", weekStart: "monday" },
        ...changes,
      },
      NOW_MS,
    );
    return { values: values.map(({ atMs, value }) => [(atMs - START_MS) / HOUR_MS, value]), next };
  }

  const valuesOf = async (changes: Partial<SeriesQuery>) => (await ask(changes)).values;

  const POINTS = [
    [1, 5],
    [2, 3],
    [25, 10],
    [49, 4],
    [50, 6],
  ];

  it("querySeries returns the points of a time, of one kind or of any, oldest or newest first", async () => {
    expect(await valuesOf({})).toEqual(POINTS);
    expect(await valuesOf({ newestFirst: true })).toEqual(POINTS.toReversed());
    expect(await valuesOf({ kind: "string" })).toEqual([[26, "on"]]);
    expect(await valuesOf({ kind: undefined })).toHaveLength(6);
    expect(await valuesOf({ kind: undefined, differential: true })).toHaveLength(5);
  });

  test.each([false, true])(
    "querySeries returns points page by page (newest first: %j)",
    async (newestFirst) => {
      const pages: unknown[][] = [];
      let after: string | undefined;
      do {
        const { values, next } = await ask({ limit: 2, newestFirst, after });
        pages.push(values);
        after = next;
      } while (after !== undefined);
      expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
      expect(pages.flat()).toEqual(newestFirst ? POINTS.toReversed() : POINTS);
      expect((await ask({ limit: 5, newestFirst })).next).toBeUndefined();
    },
  );

  test.each([
    ["latest", [3, 10, 6]],
    ["min", [3, 10, 4]],
    ["max", [5, 10, 6]],
    ["count", [2, 1, 2]],
    ["sum", [8, 10, 10]],
    ["avg", [4, 10, 5]],
  ] as const)("querySeries returns of windows the %s", async (aggregate, expected) => {
    const windows = expected.map((value, day) => [day * 24, value]);
    expect(await valuesOf({ aggregate })).toEqual(windows);
    expect(await valuesOf({ aggregate, newestFirst: true })).toEqual(windows.toReversed());
  });

  test.each([false, true])(
    "querySeries returns windows page by page (newest first: %j)",
    async (newestFirst) => {
      const values: unknown[] = [];
      const places: (string | undefined)[] = [];
      do {
        const page = await ask({ aggregate: "sum", limit: 1, newestFirst, after: places.at(-1) });
        values.push(...page.values);
        places.push(page.next);
      } while (places.at(-1) !== undefined);
      const windows = [8, 10, 10].map((value, day) => [day * 24, value]);
      expect(values).toEqual(newestFirst ? windows.toReversed() : windows);
      const second = START_MS + DAY_MS;
      expect(places[0]).toBe(String(newestFirst ? second + DAY_MS : second));
    },
  );

  test.each([
    [{}, [3, -2, 7, -6, 2]],
    [{ resetOnNegative: true }, [3, 3, 7, 4, 2]],
    [{ fromMs: START_MS + 2 * HOUR_MS }, [-2, 7, -6, 2]],
    [{ fromMs: START_MS - 40 * HOUR_MS }, [3, -2, 7, -6, 2]],
  ])(
    "querySeries returns differences of points, the first one from the point before: %j",
    async (changes, expected) => {
      for (const newestFirst of [false, true]) {
        const values = (await valuesOf({ differential: true, ...changes, newestFirst })).map(
          ([, value]) => value,
        );
        expect(newestFirst ? values.toReversed() : values).toEqual(expected);
      }
    },
  );

  it("querySeries returns differences from the point before a page", async () => {
    const { next } = await ask({ differential: true, limit: 2 });
    expect(await valuesOf({ differential: true, limit: 2, after: next })).toEqual([
      [25, 7],
      [49, -6],
    ]);
  });

  test.each<[string, Partial<SeriesQuery>, number[]]>([
    ["the window before", {}, [6, 2, 0]],
    ["no window at all", { fromMs: START_MS - 31 * HOUR_MS }, [6, 2, 0]],
    [
      "what lies in the time of the window in which it begins",
      { fromMs: START_MS + 2 * HOUR_MS },
      [1, 7, 0],
    ],
    [
      "the window before the one in which it begins, where there is nothing before it",
      { fromMs: START_MS + 12 * HOUR_MS },
      [8, 0],
    ],
  ])(
    "querySeries returns differences of windows, the first one from %s",
    async (_, changes, expected) => {
      for (const newestFirst of [false, true]) {
        const query = { aggregate: "sum", differential: true, ...changes, newestFirst } as const;
        const values = (await valuesOf(query)).map(([, value]) => value);
        expect(newestFirst ? values.toReversed() : values).toEqual(expected);
      }
    },
  );

  it("querySeries returns nothing for an unknown series", async () => {
    for (const changes of [{}, { aggregate: "sum" }, { differential: true }] as const)
      expect(await ask({ name: "none", ...changes })).toEqual({ values: [], next: undefined });
  });
});
