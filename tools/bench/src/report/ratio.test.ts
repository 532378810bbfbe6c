import { expect, test } from "@jest/globals";
import { isKept, untilKept } from "./ratio.ts";

const ratio = (value: number, isMaximum: boolean) => ({ what: "a / b", value, limit: 2, isMaximum });

test("a maximum is kept below its limit, a minimum above", () => {
  expect([1, 2, 3].map((value) => isKept(ratio(value, true)))).toEqual([true, true, false]);
  expect([1, 2, 3].map((value) => isKept(ratio(value, false)))).toEqual([false, true, true]);
});

test("a benchmark that misses its limit is measured three times", async () => {
  let measured = 0;
  const ratios = await untilKept(async () => {
    measured += 1;
    return [ratio(3, true), ratio(measured === 2 ? 1 : 3, true)];
  });
  expect(measured).toBe(3);
  expect(ratios.map(isKept)).toEqual([false, true]);
});
