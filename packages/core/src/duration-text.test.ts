import { expect, test } from "@jest/globals";
import { durationText } from "./duration-text.ts";

test.each([
  [0, "0 s"],
  [999, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [61_000, "1 min 1 s"],
  [2 * 3_600_000 + 26 * 60_000 + 59_000, "2 h 26 min"],
  [3_600_000 + 59_000, "1 h"],
  [7 * 86_400_000, "7 d"],
  [100 * 86_400_000 + 23 * 3_600_000, "100 d 23 h"],
])("%d ms are %s", (ms, expected) => {
  expect(durationText(ms)).toBe(expected);
});
