import { expect, test } from "@jest/globals";
import { absoluteTime, writtenTime } from "./kinds.ts";
import { ParamMistake } from "./param.ts";

const NOW_MS = 1_800_000_000_000;

test.each([
  ["now", String(NOW_MS)],
  ["30s", String(NOW_MS - 30_000)],
  ["90m", String(NOW_MS - 90 * 60_000)],
  ["2h", String(NOW_MS - 7_200_000)],
  ["7d", String(NOW_MS - 7 * 86_400_000)],
  ["1w", String(NOW_MS - 7 * 86_400_000)],
  ["999999w", "0"],
  ["2026-11-24", "2026-11-24"],
  ["2 h", "2 h"],
  ["2y", "2y"],
  ["-2h", "-2h"],
])("%s is %s", (text, absolute) => {
  expect(absoluteTime(text, NOW_MS)).toBe(absolute);
});

test("a written time is a date, a time ago, or epoch milliseconds", () => {
  expect(
    ["2h", "now", "2026-11-24", "1800000000000"].map((text) => writtenTime(text, NOW_MS)),
  ).toEqual([NOW_MS - 7_200_000, NOW_MS, Date.UTC(2026, 10, 24), NOW_MS]);
  for (const text of ["soon", "2026", "1800000000", "2 h"])
    expect(() => writtenTime(text, NOW_MS)).toThrow(ParamMistake);
});
