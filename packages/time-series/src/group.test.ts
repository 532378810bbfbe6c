import { describe, expect, it, test } from "@jest/globals";
import type { SeriesRecord } from "@rainhooks/core/decode/time-series";
import { HOUR_MS } from "@rainhooks/core/durations";
import fc from "fast-check";
import { decodeGroup, encodeGroups, hourOf, MAX_GROUP_BYTES } from "./group.ts";
import { comparePointKeys, type Point, pointKeyOf } from "./series-keys.ts";

const HOUR = 1_732_435_200_000;

const encode = (records: readonly SeriesRecord[], retentionDays = 0) =>
  encodeGroups("n/1", { name: "a b", records }, retentionDays);
const ints = (
  ...readings: readonly (readonly [afterMs: number, value: number])[]
): SeriesRecord[] =>
  readings.map(([afterMs, value]) => ({ atMs: HOUR + afterMs, dataType: "int", value }));

/** The size of an item without that of its series, in bytes of ASCII text. */
function sizeOf(item: Record<string, { S?: string; N?: string }>): number {
  const texts = Object.entries(item).filter(([name]) => name !== "series");
  return texts.reduce(
    (sum, [name, { S, N }]) =>
      sum + name.length + (S?.length ?? Math.ceil((N?.length ?? 0) / 2) + 1),
    0,
  );
}

describe("a group of points as an item", () => {
  it("a group has the time of the first point and a digest in its key, and the other points as differences", () => {
    const records = [
      ...ints([60_000, 41], [0, 40]),
      { atMs: HOUR + 90_000, dataType: "float", value: 40.5 } as const,
      ...ints([91_000, 7]),
    ];
    const [item, ...others] = encode(records);
    expect(others).toEqual([]);
    expect(item).toEqual({
      series: { S: "n%2F1#a b" },
      group: { S: expect.stringMatching(/^0001732435200000#[\w-]{11}$/) },
      data: { S: '"int",40,60000,41,"float",30000,40.5,"int",1000,7' },
    });
  });

  it("a group has the same key for the same points in any order, and another key for other points", () => {
    const key = (records: SeriesRecord[], days = 0) =>
      encode(records, days).map(({ group }) => group?.S);
    const [a, b] = ints([0, 1], [5, 2]) as [SeriesRecord, SeriesRecord];
    expect(key([b, a, a])).toEqual(key([a, b]));
    const different = [
      key([a, b]),
      key([a]),
      key([a, b], 1),
      key([a, { ...b, dataType: "float" }]),
    ];
    expect(new Set(different.flat()).size).toBe(4);
  });

  it("a group never contains points of two hours, or with different days to live", () => {
    const [a, b, c] = ints([HOUR_MS - 1, 1], [HOUR_MS, 2], [HOUR_MS + 1, 3]) as [
      SeriesRecord,
      SeriesRecord,
      SeriesRecord,
    ];
    const decoded = (records: SeriesRecord[], days?: number) =>
      encode(records, days).map((item) => decodeGroup(item).map(({ value }) => value));
    expect(decoded([a, b, c])).toEqual([[1], [2, 3]]);
    expect(
      decoded([
        { ...b, ttlDays: 1 },
        { ...c, ttlDays: 2 },
      ]),
    ).toEqual([[2], [3]]);
    expect(decoded([{ ...b, ttlDays: 2 }, c], 2)).toEqual([[2, 3]]);
    // The same reading with two times to live is in two groups.
    expect(decoded([{ ...b, ttlDays: 2 }, b])).toEqual([[2], [2]]);
  });

  it("a group expires with its last point, and each point by its own time", () => {
    const [item = {}] = encode(ints([1, 1], [2_000, 2], [2_001, 3]), 0.5);
    const at = HOUR / 1000 + 43_200;
    expect(item["expiresAtS"]).toEqual({ N: String(at + 3) });
    expect(item["days"]).toEqual({ S: "0.5" });
    expect(decodeGroup(item).map(({ expiresAtS }) => expiresAtS)).toEqual([at + 1, at + 2, at + 3]);
  });

  test.each([
    ["int", 7, "int:7"],
    ["int", 40, "int:40"],
    ["float", 25.5, "float:25.5"],
    ["bool", true, "bool:true"],
    ["string", "on", 'string:"on"'],
    ["object", { max: 16 }, 'object:{"max":16}'],
    ["array", [1], "array:[1]"],
  ] as const)(
    "a group with one point is no larger than an item with one point was: %s %j",
    (dataType, value, identity) => {
      const json = JSON.stringify(value);
      for (const [days, expiry, expires] of [
        [0, "", {}],
        [30, "\t1735027200", { expiresAtS: { N: "1735027200" } }],
      ] as const) {
        const before = {
          point: { S: `0001732435200000#${identity}${expiry}` },
          dataType: { S: dataType },
          value: { S: json },
          ...expires,
        };
        const [item = {}] = encode(
          [{ atMs: HOUR, dataType, value: structuredClone(value) as never }],
          days,
        );
        expect(sizeOf(item as never)).toBeLessThanOrEqual(sizeOf(before));
      }
    },
  );

  it("a group is divided where it would be too large; a large value is alone", () => {
    const text = (afterMs: number, length: number): SeriesRecord => {
      return { atMs: HOUR + afterMs, dataType: "string", value: "é".repeat(length) };
    };
    const large = text(3, MAX_GROUP_BYTES);
    const items = encode([text(1, 10), text(2, 10), large, text(4, 10)]);
    expect(items.map((item) => decodeGroup(item).length)).toEqual([2, 1, 1]);
    const many = encode(
      ints(...Array.from({ length: 3000 }, (_, index) => [index * 1000, index] as const)),
    );
    const sizes = many.map(({ data }) => Buffer.byteLength(data?.S ?? ""));
    expect(sizes).toHaveLength(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_GROUP_BYTES);
    expect(Math.max(...sizes)).toBeGreaterThan(MAX_GROUP_BYTES - 20);
    expect(many.flatMap(decodeGroup).map(({ value }) => value)).toEqual(
      Array.from({ length: 3000 }, (_, index) => index),
    );
  });

  it("a group has no points if it cannot be read", () => {
    const [item = {}] = encode(ints([0, 1]));
    expect(decodeGroup({ ...item, data: { S: "{" } })).toEqual([]);
    const { data: _, ...none } = item;
    expect(decodeGroup(none)).toEqual([]);
  });

  it("a group is decoded to the points of which it was made, for any points", () => {
    const value = fc.jsonValue().map((one) => JSON.parse(JSON.stringify(one)));
    const record = fc.record(
      {
        atMs: fc.integer({ min: HOUR, max: HOUR + 3 * HOUR_MS }),
        dataType: fc.constantFrom("int", "float", "string", "array", "object"),
        value: fc.oneof(value, fc.string({ minLength: 4000, maxLength: 9000 })),
        ttlDays: fc.constantFrom(0.001, 1, 30),
      },
      { requiredKeys: ["atMs", "dataType", "value"] },
    );
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 20 }),
        fc.constantFrom(0, 7),
        (records, retentionDays) => {
          const items = encode(records as SeriesRecord[], retentionDays);
          const decoded = items.flatMap((item) => {
            const points = decodeGroup(item);
            expect(new Set(points.map(({ atMs }) => hourOf(atMs))).size).toBe(1);
            if (points.length > 1)
              expect(Buffer.byteLength(item["data"]?.S ?? "")).toBeLessThanOrEqual(MAX_GROUP_BYTES);
            return points;
          });
          expect(inOrder(decoded)).toEqual(
            inOrder(pointsOf(records as SeriesRecord[], retentionDays)),
          );
        },
      ),
    );
  });
});

function pointsOf(records: readonly SeriesRecord[], retentionDays: number): Point[] {
  const points = records.map(({ ttlDays = retentionDays, ...point }) =>
    ttlDays === 0
      ? point
      : { ...point, expiresAtS: Math.ceil(point.atMs / 1000 + ttlDays * 86_400) },
  );
  return [...new Map(points.map((point) => [orderOf(point), point])).values()];
}

const orderOf = (point: Point) => `${pointKeyOf(point)}\t${point.expiresAtS ?? ""}`;
const inOrder = (points: readonly Point[]) =>
  points.toSorted(
    (a, b) =>
      comparePointKeys(pointKeyOf(a), pointKeyOf(b)) || (a.expiresAtS ?? 0) - (b.expiresAtS ?? 0),
  );
