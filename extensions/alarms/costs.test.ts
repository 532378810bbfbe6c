import { expect, it } from "@jest/globals";
import { alarmsText } from "./costs.ts";

it("the cost of a fleet says how many sweeps it takes to evaluate what a rule finds at once", () => {
  expect(alarmsText(10_000)).toMatch(/in sweep 1: one a minute, of 11,250 nodes each\.$/);
  expect(alarmsText(1_000_000)).toMatch(/in sweep 9: .* Rules about outages are not evaluated/);
});
