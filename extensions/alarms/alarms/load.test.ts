import { expect, it } from "@jest/globals";
import { alarmLoad, loadText } from "./load.ts";

const MIN = 60_000;
const alarms = (...minutes: readonly number[]) =>
  minutes.map((minute, index) => ({ nodeId: `n${index % 3}`, raisedMs: minute * MIN }));

it("a load counts nodes, alarms a day, and the most in ten minutes", () => {
  const load = alarmLoad(alarms(1, 2, 9, 10, 25), 2 * 1440 * MIN);
  expect(load).toEqual({ nodes: 3, perDay: 2.5, mostInTenMinutes: 3 });
  expect(loadText(5, load)).toBe("5 alarms on 3 nodes (2.5 a day, at most 3 in ten minutes)");
});

it("a load of no alarms is none", () => {
  expect(loadText(0, alarmLoad([], MIN))).toBe(
    "0 alarms on 0 nodes (0.0 a day, at most 0 in ten minutes)",
  );
});
