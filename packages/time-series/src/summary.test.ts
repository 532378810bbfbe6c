import { describe, expect, it } from "@jest/globals";
import { addSummaries, NOTHING, summaryOf } from "./summary.ts";

describe("a summary", () => {
  it("a summary of one point is that point", () => {
    expect(summaryOf({ atMs: 5, value: 2 })).toEqual({
      count: 1,
      sum: 2,
      min: 2,
      max: 2,
      lastMs: 5,
      last: 2,
    });
    expect(summaryOf({ atMs: 5, value: "on" })).toEqual({
      count: 1,
      sum: 0,
      min: 0,
      max: 0,
      lastMs: 5,
      last: "on",
    });
  });

  it("a summary with an empty one is unchanged", () => {
    const one = summaryOf({ atMs: 5, value: 2 });
    expect(addSummaries(one, NOTHING)).toEqual(one);
    expect(addSummaries(NOTHING, one)).toEqual(one);
    expect(addSummaries(one, { ...NOTHING, lastMs: 9, last: "never" })).toEqual(one);
  });

  it("a summary with another one counts both", () => {
    const early = summaryOf({ atMs: 5, value: 2 });
    const late = summaryOf({ atMs: 7, value: -3 });
    const both = { count: 2, sum: -1, min: -3, max: 2, lastMs: 7, last: -3 };
    expect(addSummaries(early, late)).toEqual(both);
    expect(addSummaries(late, early)).toEqual(both);
  });

  it("a summary ends, of two last points of one time, with the second", () => {
    const a = summaryOf({ atMs: 5, value: 1 });
    const b = summaryOf({ atMs: 5, value: 2 });
    expect(addSummaries(a, b).last).toBe(2);
    expect(addSummaries(b, a).last).toBe(1);
  });
});
