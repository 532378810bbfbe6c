import { describe, expect, it } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { JsonValue } from "@rainhooks/core/json";
import { attempts } from "@rainhooks/testing/hostile";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import type { ValueKind } from "./kind.ts";
import {
  AGGREGATES,
  type Aggregate,
  querySeries,
  type SeriesQuery,
  type SeriesValue,
} from "./query.ts";
import { readRollups } from "./rollups.ts";
import { labelOf, TRANSITIONS, ZONES } from "./testing/naive-windows.ts";
import { useSeriesTables } from "./testing/series-tables.ts";
import { type TimeSeriesEvent, timeSeriesSink } from "./time-series-sink.ts";
import { INTERVALS, WEEKDAYS } from "./windows.ts";

const DAY_S = 86_400;
const NAME = "Meter.Energy";

interface Reading {
  readonly t: number;
  readonly v: number | string;
}

/**
 * Readings within some days around a moment at which a clock is set; several of one second are
 * common.
 */
const story = fc.constantFrom(...TRANSITIONS).chain((aroundMs) => {
  const aroundS = aroundMs / 1000;
  const reading = fc.record({
    t: fc.oneof(
      fc.integer({ min: aroundS - 4 * DAY_S, max: aroundS + 3 * DAY_S }),
      fc.integer({ min: aroundS - 7200, max: aroundS + 7200 }),
      fc.constantFrom(aroundS - 1, aroundS, aroundS + 1),
    ),
    v: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: -50, max: 50 }) },
      { weight: 1, arbitrary: fc.constantFrom("on", "off") },
    ),
  });
  return fc.record({
    aroundMs: fc.constant(aroundMs),
    early: fc.array(reading, { maxLength: 30 }),
    late: fc.array(reading, { maxLength: 10 }),
  });
});

const question = fc.record({
  aggregate: fc.constantFrom(...AGGREGATES),
  interval: fc.constantFrom(...INTERVALS),
  timezone: fc.constantFrom(...ZONES),
  weekStart: fc.constantFrom(...WEEKDAYS),
  differential: fc.boolean(),
  resetOnNegative: fc.boolean(),
  newestFirst: fc.boolean(),
  kind: fc.constantFrom<ValueKind>("number", "number", "number", "string"),
  limit: fc.integer({ min: 1, max: 60 }),
  fromS: fc.oneof(fc.integer({ min: -6 * DAY_S, max: DAY_S }), fc.constantFrom(-3 * DAY_S, -DAY_S)),
  lengthS: fc.oneof(fc.integer({ min: 1, max: 5 * DAY_S }), fc.constantFrom(2 * DAY_S, 5 * DAY_S)),
});
type Question = typeof question extends fc.Arbitrary<infer Q> ? Q : never;

function queryOf(nodeId: string, aroundMs: number, question: Question): SeriesQuery {
  const number = question.kind === "number";
  const countable = ["raw", "latest", "count"].includes(question.aggregate);
  // Minute windows over days would be thousands of almost empty windows.
  const shortS =
    question.interval === "minute" ? Math.min(question.lengthS, 7200) : question.lengthS;
  const fromMs = aroundMs + question.fromS * 1000;
  const differential = question.differential && number;
  return {
    nodeId,
    name: NAME,
    kind: question.kind,
    fromMs,
    toMs: fromMs + shortS * 1000,
    aggregate: number || countable ? question.aggregate : "latest",
    calendar: {
      interval: question.interval,
      timezone: question.timezone,
      weekStart: question.weekStart,
    },
    differential,
    resetOnNegative: differential && question.resetOnNegative,
    newestFirst: question.newestFirst,
    limit: question.limit,
  };
}

/** The result computed from every point; windows are distinguished by what a calendar shows. */
function naiveResult(readings: readonly Reading[], query: SeriesQuery): SeriesValue[] {
  const distinct = new Map(
    readings.map((reading) => [JSON.stringify([reading.t, reading.v]), reading]),
  );
  const points = [...distinct.values()]
    .filter(({ v }) => (typeof v === "number") === (query.kind === "number"))
    .map(({ t, v }) => ({
      atMs: t * 1000,
      value: v,
      order: `${typeof v === "number" ? "float" : "string"}:${JSON.stringify(v)}`,
    }))
    .sort((a, b) => a.atMs - b.atMs || (a.order < b.order ? -1 : 1));
  const { calendar, fromMs, toMs, aggregate } = query;
  const entry = labelOf(fromMs, calendar);
  const values: {
    atMs: number;
    value: JsonValue;
    inside: boolean;
    label: string;
    all: (number | string)[];
  }[] = [];
  for (const { atMs, value } of points) {
    const inside = atMs >= fromMs && atMs < toMs;
    if (atMs >= toMs) continue;
    const label = aggregate === "raw" ? String(values.length) : labelOf(atMs, calendar);
    if (aggregate !== "raw" && !inside && label === entry) continue;
    const last = values.at(-1);
    if (last !== undefined && last.label === label && last.inside === inside) last.all.push(value);
    else values.push({ atMs, value, inside, label, all: [value] });
  }
  const results = values.map((one) => ({ ...one, value: naiveAggregate(aggregate, one.all) }));
  const differences = results.flatMap((one, index) => {
    if (!query.differential) return [one];
    const before = results[index - 1];
    if (before === undefined) return [];
    const difference = Number(one.value) - Number(before.value);
    return [{ ...one, value: query.resetOnNegative && difference < 0 ? one.value : difference }];
  });
  const inside = differences.filter((one) => one.inside);
  const result = inside.map(
    ({ atMs, value, all }): SeriesValue =>
      aggregate === "raw"
        ? { atMs, value }
        : { atMs, value, count: all.length, ...boundsOf(all, query) },
  );
  return query.newestFirst ? result.toReversed() : result;
}

function boundsOf(all: readonly (number | string)[], { aggregate, differential }: SeriesQuery) {
  if (aggregate !== "avg" || differential) return {};
  return { min: Math.min(...all.map(Number)), max: Math.max(...all.map(Number)) };
}

function naiveAggregate(aggregate: Aggregate, all: readonly (number | string)[]): JsonValue {
  const numbers = all.map(Number);
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (aggregate === "count") return all.length;
  if (aggregate === "sum") return sum;
  if (aggregate === "avg") return sum / all.length;
  if (aggregate === "min") return Math.min(...numbers);
  if (aggregate === "max") return Math.max(...numbers);
  return all.at(-1) ?? null;
}

/** A window has its start, a naive result its first point: compare the calendar labels of both. */
function comparable(values: readonly SeriesValue[], { aggregate, calendar }: SeriesQuery) {
  return values.map(({ atMs, value, count, min, max }) =>
    aggregate === "raw" ? [atMs, value] : [labelOf(atMs, calendar), value, count, min, max],
  );
}

describe("querySeries", () => {
  const reader = useSeriesTables({ keepsRollups: true });
  let runs = 0;

  async function write(nodeId: string, readings: readonly Reading[], nowMs: number): Promise<void> {
    const sink = timeSeriesSink({ ...reader(), nowMs: () => nowMs, retentionDays: 0 });
    const items = chunk(readings, 1 + (readings.length % 4)).map((some, index) => {
      const ts_data = some.map(({ t, v }) => {
        return { name: NAME, dt: typeof v === "number" ? "float" : "string", records: [{ t, v }] };
      });
      const data = { node_id: nodeId, ts_data };
      const decoded = decode(
        deliveryOf({ event_type: "rmaker.event.node_ts_data", event_data: data }),
      );
      if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
      return { id: String(index), value: decoded.event as TimeSeriesEvent };
    });
    expect(await sink.write(items)).toEqual([]);
  }

  async function answerOf(query: SeriesQuery, nowMs: number): Promise<SeriesValue[]> {
    const values: SeriesValue[] = [];
    let after: string | undefined;
    do {
      const page = await querySeries(reader(), { ...query, after }, nowMs);
      expect(page.values.length).toBeLessThanOrEqual(query.limit);
      values.push(...page.values);
      after = page.next;
    } while (after !== undefined);
    return values;
  }

  it("querySeries returns what the points return: before rollups, from rollups, and after late points", async () => {
    let rollups = 0;
    await fc.assert(
      fc.asyncProperty(
        story,
        fc.array(question, { minLength: 1, maxLength: 4 }),
        async ({ aroundMs, early, late }, questions) => {
          const nodeId = `n${++runs}`;
          const queries = questions.map((one) => queryOf(nodeId, aroundMs, one));
          const nowMs = aroundMs + 20 * DAY_S * 1000;
          await write(nodeId, [...early, ...early.slice(0, 3)], aroundMs);
          for (const query of [...queries, ...queries]) {
            expect(comparable(await answerOf(query, nowMs), query)).toEqual(
              comparable(naiveResult(early, query), query),
            );
          }
          const part = { nodeId, name: NAME, kind: "number" } as const;
          rollups += (await readRollups(reader(), part, aroundMs - 7 * DAY_S * 1000, nowMs, nowMs))
            .size;
          await write(nodeId, late, nowMs);
          for (const query of queries) {
            const all = [...early, ...late];
            expect(comparable(await answerOf(query, nowMs), query)).toEqual(
              comparable(naiveResult(all, query), query),
            );
          }
        },
      ),
      { numRuns: attempts(50, 150) },
    );
    expect(rollups).toBeGreaterThan(attempts(10, 50));
  });

  it("querySeries never stores a rollup without a point that was written while the rollup was made", async () => {
    const days = fc.array(fc.integer({ min: 0, max: 3 * DAY_S - 1 }), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(days, days, async (early, late) => {
        const nodeId = `n${++runs}`;
        const startMs = Date.UTC(2026, 4, 1);
        const nowMs = startMs + 30 * DAY_S * 1000;
        const toReading = (atS: number, index: number) => ({ t: startMs / 1000 + atS, v: index });
        const query = queryOf(nodeId, startMs, {
          aggregate: "sum",
          interval: "day",
          timezone: "UTC",
          weekStart: "monday",
          differential: false,
          resetOnNegative: false,
          newestFirst: false,
          kind: "number",
          limit: 10,
          fromS: 0,
          lengthS: 3 * DAY_S,
        });
        const first = early.map(toReading);
        const second = late.map(toReading);
        await write(nodeId, first, startMs);
        await Promise.all([
          answerOf(query, nowMs),
          write(nodeId, second, nowMs),
          answerOf(query, nowMs),
        ]);
        const naive = naiveResult([...first, ...second], query);
        expect(comparable(await answerOf(query, nowMs), query)).toEqual(comparable(naive, query));
        expect(comparable(await answerOf(query, nowMs), query)).toEqual(comparable(naive, query));
      }),
      { numRuns: attempts(25, 60) },
    );
  });
});
