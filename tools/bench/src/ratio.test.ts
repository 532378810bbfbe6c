import { expect, test } from "@jest/globals";
import { measureUntilMet, meetsLimit, type Ratio } from "./ratio.ts";

const ratio = (value: number): Ratio => ({ what: "a / b", value, limit: 2 });

test("a ratio may be its limit, and no more, and must be a number", () => {
  expect([1, 2, 3, Number.NaN].map((value) => meetsLimit(ratio(value)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("a benchmark that misses its limit is measured three times", async () => {
  let measured = 0;
  const ratios = await measureUntilMet(async () => {
    measured += 1;
    return [ratio(3), ratio(measured === 2 ? 1 : 3)];
  });
  expect(measured).toBe(3);
  expect(ratios.map(meetsLimit)).toEqual([false, true]);
});
