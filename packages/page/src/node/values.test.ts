import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { intervalFor, kindOf, pointsOf, statesOf } from "./values.ts";

const DAY_MS = 86_400_000;

describe("the interval of a chart", () => {
  test.each([
    [DAY_MS / 4, "minute"],
    [DAY_MS, "hour"],
    [30 * DAY_MS, "hour"],
    [365 * DAY_MS, "day"],
    [3660 * DAY_MS, "week"],
  ])("the interval of %d ms at 1,000 pixels is %s", (lengthMs, expected) => {
    expect(intervalFor({ fromMs: 0, toMs: lengthMs }, 1000)).toBe(expected);
  });

  it("the interval never makes more windows than there are pixels", () => {
    const LENGTHS: Readonly<Record<string, number>> = {
      minute: 60_000,
      hour: 3_600_000,
      day: DAY_MS,
      week: 7 * DAY_MS,
      month: 30 * DAY_MS,
      year: 365 * DAY_MS,
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 60_000, max: 3660 * DAY_MS }),
        fc.integer({ min: 100, max: 3000 }),
        (ms, pixels) => {
          const interval = intervalFor({ fromMs: 0, toMs: ms }, pixels);
          expect(ms / (LENGTHS[interval] ?? 0)).toBeLessThanOrEqual(pixels);
        },
      ),
    );
  });
});

describe("the values of a series", () => {
  it("the values are drawn by their kind", () => {
    expect([
      kindOf({ kinds: ["string", "number"] }),
      kindOf({ kinds: ["bool"] }),
      kindOf({ kinds: [] }),
    ]).toEqual(["number", "bool", "text"]);
  });

  it("the values of a series become points; what is no number is a gap", () => {
    const values = [1.5, true, false, "n/a"].map((value, index) => ({ atMs: index * 1000, value }));
    const result = {
      nodeId: "n",
      series: "s",
      aggregate: "raw" as const,
      fromMs: 0,
      toMs: 9,
      values,
    };
    expect(pointsOf(result)).toEqual(
      [1.5, null, null, null].map((value, index) => ({ atMs: index * 1000, value })),
    );
    expect(statesOf(result).map(({ value }) => value)).toEqual(["1.5", "true", "false", "n/a"]);
    const average = [{ atMs: 0, endMs: 9, value: 2, count: 3, min: 1, max: 4 }];
    expect(pointsOf({ ...result, values: average })).toEqual([
      { atMs: 0, value: 2, min: 1, max: 4 },
    ]);
  });
});
