import { expect, it, test } from "@jest/globals";
import { countText } from "./count-text.ts";

test.each([
  [0, "0 nodes"],
  [1, "1 node"],
  [1200, "1,200 nodes"],
])("%d has its noun in the singular or the plural", (count, text) => {
  expect(countText(count, "node")).toBe(text);
});

it("counted has a plural that is not made with -s", () => {
  expect([1, 2].map((count) => countText(count, "delivery", "deliveries"))).toEqual([
    "1 delivery",
    "2 deliveries",
  ]);
});
