import { hash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import { HOUR_MS } from "@rainhooks/core/durations";
import { attempts } from "@rainhooks/testing/hostile";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import type { TimeSeriesExtension } from "./extension.ts";
import { kindOf, type ValueKind } from "./kind.ts";
import { eachPoint } from "./points.ts";
import { querySeries, type SeriesQuery } from "./query.ts";
import type { ReadOrder, SeriesRange } from "./range.ts";
import { readFirstPoint, readLastPoint } from "./read-points.ts";
import type { Point } from "./series-keys.ts";
import { useSeriesTables } from "./testing/series-tables.ts";
import { type TimeSeriesEvent, timeSeriesSink } from "./time-series-sink.ts";

const START_MS = Date.UTC(2026, 4, 1, 9, 40);
const HOUR_DAYS = 1 / 24;
const TYPES = { int: "number", float: "number", string: "string" } as const;

interface Reading {
  readonly t: number;
  readonly dt: keyof typeof TYPES;
  readonly v: number | string;
  readonly d?: number;
}

/**
 * Readings of some hours: often the same ones, with other days to live or types, and some so large
 * that groups must be divided.
 */
const reading: fc.Arbitrary<Reading> = fc
  .record({
    t: fc.oneof(
      fc.integer({ min: 0, max: 20 }).map((minutes) => START_MS + minutes * 12 * 60_000),
      fc.integer({ min: START_MS, max: START_MS + 3 * HOUR_MS }),
      fc.constantFrom(20 * 60_000 - 1, 20 * 60_000).map((afterMs) => START_MS + afterMs),
    ),
    dt: fc.constantFrom("int", "float", "string"),
    v: fc.integer({ min: 0, max: 2 }),
    size: fc.constantFrom(1, 1, 1, 7000),
    d: fc.constantFrom(undefined, undefined, HOUR_DAYS, 2 * HOUR_DAYS, 3 * HOUR_DAYS),
  })
  .map(({ t, dt, v, size, d }) => ({
    t,
    dt,
    v: dt === "string" ? String(v).repeat(size) : v,
    ...(d === undefined ? {} : { d }),
  }));

const story = fc
  .record({
    readings: fc.array(reading, { minLength: 1, maxLength: 25 }),
    /**
     * Readings of each event by their number, so that readings come again in other groups and in
     * any order.
     */
    events: fc.array(fc.array(fc.nat(), { maxLength: 8 }), { maxLength: 6 }),
    sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 }),
    nowMs: fc.integer({ min: START_MS, max: START_MS + 8 * HOUR_MS }),
  })
  .map(({ readings, events, sizes, nowMs }) => {
    const rest = [...readings];
    const once = sizes.flatMap((size) => [rest.splice(0, size)]);
    const again = events.map((event) =>
      event.flatMap((index) => readings[index % readings.length] ?? []),
    );
    return {
      readings,
      events: [...once, ...again, rest].filter(({ length }) => length > 0),
      nowMs,
    };
  });

const part = fc.record({
  fromMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: START_MS - HOUR_MS, max: START_MS + 2 * HOUR_MS }),
  ),
  lengthMs: fc.oneof(fc.constant(10 * HOUR_MS), fc.integer({ min: 1, max: 3 * HOUR_MS })),
  kind: fc.constantFrom<ValueKind | undefined>(undefined, undefined, "number", "string"),
});

/**
 * What a series contains at a time, by the simplest means: each reading once, unless all its times
 * to live are over.
 */
function modelOf(readings: readonly Reading[], nowMs: number) {
  const alive = readings.filter(
    ({ t, d }) => d === undefined || Math.ceil(t / 1000 + d * 86_400) * 1000 > nowMs,
  );
  const byIdentity = new Map(alive.map(({ t, dt, v }) => [`${t} ${dt} ${v}`, { t, dt, v }]));
  // Long values of one time are sorted by their digest.
  const order = ({ dt, v }: Pick<Reading, "dt" | "v">) => {
    const json = JSON.stringify(v);
    return `${dt}:${json.length > 64 ? `sha256-${hash("sha256", json)}` : json}`;
  };
  return [...byIdentity.values()].sort((a, b) => a.t - b.t || (order(a) < order(b) ? -1 : 1));
}

function inPart(
  { t, dt }: Pick<Reading, "t" | "dt">,
  { fromMs, toMs, kind }: SeriesRange,
): boolean {
  return t >= fromMs && t < toMs && (kind === undefined || kindOf(dt) === kind);
}

const briefly = (point: Point | undefined) =>
  point && { t: point.atMs, dt: point.dataType, v: point.value };

/** An extension that has an attribute in some items. */
const NOTING: TimeSeriesExtension = {
  beforeBatch: async () => (series) =>
    series.records.length > 1 ? { noted: { S: series.nodeId } } : {},
};

describe.each([
  ["alone", []],
  ["with an extension", [NOTING]],
])("points in groups, %s", (_, extensions) => {
  const reader = useSeriesTables({ keepsRollups: false });
  let runs = 0;

  async function write(nodeId: string, events: readonly (readonly Reading[])[]): Promise<void> {
    const sink = timeSeriesSink({
      ...reader(),
      nowMs: () => START_MS,
      retentionDays: 0,
      extensions,
    });
    const items = events.map((readings, index) => {
      const ts_data = readings.map(({ dt, ...record }) => ({ name: "s", dt, records: [record] }));
      const data = { node_id: nodeId, ts_data };
      const decoded = decode(
        deliveryOf({ event_type: "rmaker.event.node_ts_data", event_data: data }),
      );
      if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
      return { id: String(index), value: decoded.event as TimeSeriesEvent };
    });
    expect(await sink.write(items)).toEqual([]);
  }

  /** Reads a range, and again from the middle of the result on. */
  async function expectBothParts(
    range: SeriesRange,
    order: ReadOrder,
    nowMs: number,
    expected: readonly object[],
  ): Promise<void> {
    const inOrder = order.newestFirst === true ? expected.toReversed() : expected;
    const points = await collect(eachPoint(reader(), range, nowMs, order));
    expect(points.map(({ point }) => briefly(point))).toEqual(inOrder);
    const index = Math.floor(points.length / 2);
    const after = points[index]?.pointKey;
    if (after === undefined) return;
    const rest = await collect(eachPoint(reader(), range, nowMs, { ...order, after }));
    expect(rest.map(({ point }) => briefly(point))).toEqual(inOrder.slice(index + 1));
  }

  it("groups are read as points, in both directions, in calls of any size and from any pointKey", async () => {
    await fc.assert(
      fc.asyncProperty(
        story,
        part,
        async ({ readings, events, nowMs }, { fromMs, lengthMs, kind }) => {
          const nodeId = `n${++runs}`;
          await write(nodeId, events);
          const toMs = Math.max(fromMs, START_MS) + lengthMs;
          const range = { nodeId, name: "s", fromMs, toMs, kind };
          const expected = modelOf(readings, nowMs).filter((one) => inPart(one, range));
          for (const newestFirst of [false, true]) {
            for (const perCall of [undefined, 1, 3]) {
              await expectBothParts(range, { newestFirst, perCall }, nowMs, expected);
            }
          }
          expect(briefly(await readFirstPoint(reader(), range, nowMs))).toEqual(expected.at(0));
          const upToEnd = modelOf(readings, nowMs).filter((one) =>
            inPart(one, { ...range, fromMs: 0 }),
          );
          expect(briefly(await readLastPoint(reader(), range, nowMs))).toEqual(upToEnd.at(-1));
        },
      ),
      { numRuns: attempts(50, 400) },
    );
  });

  it("groups are returned in pages of every size, and summed in windows, each point once", async () => {
    await fc.assert(
      fc.asyncProperty(story, fc.boolean(), async ({ readings, events, nowMs }, newestFirst) => {
        const nodeId = `n${++runs}`;
        await write(nodeId, events);
        await write(nodeId, events.toReversed());
        const query: SeriesQuery = {
          nodeId,
          name: "s",
          kind: undefined,
          fromMs: 0,
          toMs: START_MS + 10 * HOUR_MS,
          aggregate: "raw",
          differential: false,
          resetOnNegative: false,
          newestFirst,
          limit: 1000,
          calendar: { interval: "hour", timezone: "UTC", weekStart: "monday" },
        };
        const model = modelOf(readings, nowMs);
        const inOrder = newestFirst ? model.toReversed() : model;
        for (let limit = 1; limit <= model.length + 1; limit++) {
          const pages = await pagesOf({ ...query, limit }, nowMs);
          expect(pages.flat()).toEqual(inOrder.map(({ t, v }) => ({ atMs: t, value: v })));
          expect(pages.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
        }
        const fromMs = START_MS - HOUR_MS;
        const sums = await pagesOf({ ...query, kind: "number", fromMs, aggregate: "sum" }, nowMs);
        expect(sums.flat().map(({ value, count }) => [value, count])).toEqual(sumsByHour(inOrder));
      }),
      { numRuns: attempts(20, 150) },
    );
  });

  async function pagesOf(query: SeriesQuery, nowMs: number) {
    const pages: { readonly value: unknown; readonly count?: number }[][] = [];
    let after: string | undefined;
    do {
      const { values, next } = await querySeries(reader(), { ...query, after }, nowMs);
      pages.push([...values]);
      after = next;
    } while (after !== undefined);
    return pages;
  }
});

function sumsByHour(
  points: readonly Pick<Reading, "t" | "dt" | "v">[],
): [sum: number, count: number][] {
  const numbers = points.filter(({ dt }) => TYPES[dt] === "number");
  const hours = Map.groupBy(numbers, ({ t }) => Math.floor(t / HOUR_MS));
  return [...hours.values()].map((some) => [
    some.reduce((sum, { v }) => sum + Number(v), 0),
    some.length,
  ]);
}
