import { expect, it } from "@jest/globals";
import { alarmCosts } from "./part.ts";

it("the cost of a fleet says how many sweeps it takes to evaluate what a rule finds at once", () => {
  expect(alarmCosts.fleet?.(10_000)).toMatch(/in sweep 1: one a minute, of 11,250 nodes each\.$/);
  expect(alarmCosts.fleet?.(1_000_000)).toMatch(
    /in sweep 9: .* Rules about outages are not evaluated/,
  );
});
