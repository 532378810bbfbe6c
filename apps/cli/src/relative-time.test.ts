import { expect, test } from "@jest/globals";
import { absoluteTime, ago } from "./relative-time.ts";

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

test.each([
  [-5, "just now"],
  [59, "just now"],
  [60, "1 min ago"],
  [119 * 60, "119 min ago"],
  [120 * 60, "2 h ago"],
  [47 * 3600, "47 h ago"],
  [50 * 3600, "2 d ago"],
])("%d seconds are %s", (seconds, expected) => {
  expect(ago(1_000_000_000, 1_000_000_000 + seconds * 1000)).toBe(expected);
});
