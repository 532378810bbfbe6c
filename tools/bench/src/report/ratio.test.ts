import { expect, test } from "@jest/globals";
import { measureUntilMet, meetsLimit, type Ratio } from "./ratio.ts";

const ratio = (value: number, sign: Ratio["sign"]) => ({ what: "a / b", value, limit: 2, sign });

test("a maximum is kept below its limit, a minimum above", () => {
  expect([1, 2, 3].map((value) => meetsLimit(ratio(value, "at most")))).toEqual([
    true,
    true,
    false,
  ]);
  expect([1, 2, 3].map((value) => meetsLimit(ratio(value, "at least")))).toEqual([
    false,
    true,
    true,
  ]);
});

test("a benchmark that misses its limit is measured three times", async () => {
  let measured = 0;
  const ratios = await measureUntilMet(async () => {
    measured += 1;
    return [ratio(3, "at most"), ratio(measured === 2 ? 1 : 3, "at most")];
  });
  expect(measured).toBe(3);
  expect(ratios.map(meetsLimit)).toEqual([false, true]);
});
