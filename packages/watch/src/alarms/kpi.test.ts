import { expect, it } from "@jest/globals";
import { alarmLoad } from "./kpi.ts";

const MIN = 60_000;
const DAY = 1440 * MIN;
const alarm = (minute: number, nodeId = "n", minutes = 5) => ({
  rule: "r",
  nodeId,
  raisedMs: minute * MIN,
  endMs: (minute + minutes) * MIN,
});

it("is the load that ISA-18.2 measures", () => {
  const flood = Array.from({ length: 11 }, (_, index) => alarm(20 + index / 2, `f${index}`));
  const rest = [30, 32, 34, 36, 38].map((minute) => alarm(minute, "kitchen"));
  const load = alarmLoad([...flood, ...rest, alarm(100, "hall", 3000)], 0, 2 * DAY);
  expect(load).toMatchObject({
    alarms: 17,
    nodes: 13,
    perDay: 8.5,
    mostInTenMinutes: 11,
    stale: 1,
    chattering: 0,
  });
  expect(load.floodShare).toBeCloseTo(2 / 288);
  expect(load.topTen[0]).toEqual({ rule: "r", nodeId: "kitchen", count: 5, share: 5 / 17 });
  expect(load.topTen).toHaveLength(10);
});

it("finds what chatters, and is nothing without alarms", () => {
  expect(
    alarmLoad(
      [1, 1.3, 1.6].map((minute) => alarm(minute)),
      0,
      DAY,
    ).chattering,
  ).toBe(1);
  expect(
    alarmLoad(
      [1, 1.5, 2].map((minute) => alarm(minute)),
      0,
      DAY,
    ).chattering,
  ).toBe(0);
  expect(alarmLoad([], 0, DAY)).toMatchObject({ alarms: 0, floodShare: 0, topTen: [], topTenShare: 0 });
});
