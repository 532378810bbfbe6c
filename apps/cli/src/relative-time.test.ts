import { expect, test } from "@jest/globals";
import { absoluteTime } from "./relative-time.ts";

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
