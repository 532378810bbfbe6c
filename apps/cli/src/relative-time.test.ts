import { expect, test } from "@jest/globals";
import { ago } from "./ask/fleet.ts";

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
