import { expect, it } from "@jest/globals";
import { percentile } from "./percentile.ts";

it("is the value below which a share of the values lies", () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([1, 3, 5, 5]);
  expect(percentile([], 0.5)).toBeNaN();
});
