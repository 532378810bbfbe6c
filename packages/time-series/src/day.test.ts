import { describe, expect, it } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import { DayBuilder, packDay, QUARTER_MS, unpackDay } from "./day.ts";

const DAY_START_MS = Date.UTC(2026, 2, 1);
const number = (atMs: number, value: number, expiresAtS?: number) => ({
  atMs,
  dataType: "float" as const,
  value,
  ...(expiresAtS === undefined ? {} : { expiresAtS }),
});

describe("the rollup of a day", () => {
  it("the rollup has a summary for each quarter of an hour in which there are points", () => {
    const day = new DayBuilder();
    const last = DAY_START_MS + DAY_MS - 1;
    for (const [atMs, value] of [
      [DAY_START_MS, 3],
      [DAY_START_MS + QUARTER_MS - 1, 1],
      [DAY_START_MS + QUARTER_MS, 7],
      [last, 9],
    ] as const)
      day.add(number(atMs, value));
    expect([...day.rollup.quarters]).toEqual([
      [0, { count: 2, sum: 4, min: 1, max: 3, lastMs: DAY_START_MS + QUARTER_MS - 1, last: 1 }],
      [1, { count: 1, sum: 7, min: 7, max: 7, lastMs: DAY_START_MS + QUARTER_MS, last: 7 }],
      [95, { count: 1, sum: 9, min: 9, max: 9, lastMs: last, last: 9 }],
    ]);
    expect(day.rollup.expiresAtS).toBeUndefined();
  });

  it("the rollup counts quarters from midnight before 1970 too", () => {
    const day = new DayBuilder();
    day.add(number(-1, 1));
    expect([...day.rollup.quarters.keys()]).toEqual([95]);
  });

  it("the rollup is valid until its first point expires", () => {
    const day = new DayBuilder();
    for (const expiresAtS of [undefined, 30, 10, 20, undefined])
      day.add(number(DAY_START_MS, 1, expiresAtS));
    expect(day.rollup.expiresAtS).toBe(10);
  });

  it("the rollup is decoded as it was encoded, also sums that no number can hold", () => {
    for (const values of [[1.5, -2], [1e308, 1e308], [-1e308, -1e308], []]) {
      const day = new DayBuilder();
      for (const [index, value] of values.entries())
        day.add(number(DAY_START_MS + index * QUARTER_MS * 0.5, value));
      expect(unpackDay(packDay(day.rollup, DAY_START_MS), DAY_START_MS)).toEqual(
        day.rollup.quarters,
      );
    }
  });

  it("the rollup has times from the beginning of its day, so that its bytes are few", () => {
    const day = new DayBuilder();
    day.add(number(DAY_START_MS + 5, 1));
    const bytes = packDay(day.rollup, DAY_START_MS);
    expect(unpackDay(bytes, 0).get(0)?.lastMs).toBe(5);
  });
});
