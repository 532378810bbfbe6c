import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { nearest } from "./draw.ts";
import { timeTicks, valueScale, valueText } from "./ticks.ts";

const textIn = (timeZone: string) => {
  const format = new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "medium",
    timeZone,
  });
  return (ms: number) => format.format(ms);
};
const HOUR_MS = 3_600_000;
const shown = (fromMs: number, hours: number, max: number, zone: string) =>
  timeTicks(fromMs, fromMs + hours * HOUR_MS, max, textIn(zone)).map(({ at, text, below = "" }) =>
    [new Date(at).toISOString().slice(5, 16), text, below].join(" ").trim(),
  );

describe("ticks of times", () => {
  it("ticks are at round times of the zone, with the day at the first tick", () => {
    expect(shown(Date.UTC(2026, 10, 24, 20, 7), 6, 5, "Asia/Kolkata")).toEqual([
      "11-24T20:30 02:00 2026-11-25",
      "11-24T22:30 04:00",
      "11-25T00:30 06:00",
    ]);
    expect(shown(Date.UTC(2026, 10, 24, 20, 0), 72, 4, "UTC")).toEqual([
      "11-25T00:00 2026-11-25",
      "11-26T00:00 2026-11-26",
      "11-27T00:00 2026-11-27",
    ]);
  });

  it("ticks stay at midnight when clocks are changed", () => {
    expect(shown(Date.UTC(2026, 9, 23, 22), 96, 5, "Europe/Berlin")).toEqual([
      "10-23T22:00 2026-10-24",
      "10-24T22:00 2026-10-25",
      "10-25T23:00 2026-10-26",
      "10-26T23:00 2026-10-27",
    ]);
  });

  test("ticks are in the range, in order, and not more than there is room for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 60_000, max: 3e11 }),
        fc.integer({ min: 2, max: 20 }),
        fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"),
        (fromMs, lengthMs, max, zone) => {
          const ticks = timeTicks(fromMs, fromMs + lengthMs, max, textIn(zone)).map(({ at }) => at);
          expect(ticks.length).toBeLessThanOrEqual(max + 2);
          expect(ticks).toEqual(
            ticks.filter((at) => at >= fromMs && at <= fromMs + lengthMs).toSorted((a, b) => a - b),
          );
        },
      ),
    );
  });
});

describe("a scale of values", () => {
  test.each([
    [0, 10, ["0", "5", "10"]],
    [20.1, 20.4, ["20.1", "20.2", "20.3", "20.4"]],
    [-3, 3, ["-4", "-2", "0", "2", "4"]],
    [5, 5, ["2", "4", "6", "8"]],
    [0, 0, ["-0.5", "0", "0.5"]],
    [0, 3_000_000, ["0", "1M", "2M", "3M"]],
  ])("a scale from %d to %d has round ticks", (least, most, texts) => {
    expect(valueScale(least, most, 3).ticks.map(({ text }) => text)).toEqual(texts);
  });

  it("a scale has all values in it, for any values", () => {
    const value = fc.double({ noNaN: true, min: -1e100, max: 1e100 });
    fc.assert(
      fc.property(value, value, (one, other) => {
        const least = Math.min(one, other);
        const most = Math.max(one, other);
        const { min, max, ticks } = valueScale(least, most, 3);
        const slack = (max - min) * 1e-9;
        expect([min <= least + slack, max >= most - slack, max > min]).toEqual([true, true, true]);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });
});

test.each([
  [20.566666666666666, 20, 21, "20.567"],
  [20.566666666666666, -40, 60, "20.6"],
  [1234.5678, 0, 5000, "1235"],
  [0.000012345, 0, 0.00002, "0.00001235"],
  [3, 0, 10, "3"],
  [7, 5, 5, "7"],
])("%d on a scale from %d to %d is %s", (value, min, max, text) => {
  expect(valueText(value, { min, max })).toBe(text);
});

test("the nearest point is the one a pointer reads", () => {
  const points = [1, 5, 9].map((atMs) => ({ atMs, value: atMs }));
  expect([0, 2, 3, 8, 20].map((atMs) => nearest(points, atMs)?.atMs)).toEqual([1, 1, 5, 9, 9]);
  expect(nearest([], 1)).toBeUndefined();
});
