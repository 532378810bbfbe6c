import { expect, it } from "@jest/globals";
import { alarmCapacity } from "./sweeps.ts";

it("says how many sweeps it takes to evaluate what a rule finds at once, and that indexes take it", () => {
  expect(alarmCapacity(1000)).toMatchObject({ perSweep: 11_250, sweeps: 1 });
  expect(alarmCapacity(100_000).sweeps).toBe(9);
  // One partition would be more than full.
  expect(alarmCapacity(1).indexShare).toBeGreaterThan(0.25);
  expect(alarmCapacity(1).indexShare).toBeLessThan(0.5);
});
