import { expect, it } from "@jest/globals";
import { alarmLoad } from "./load.ts";

const MIN = 60_000;
const DAY = 1440 * MIN;
const alarm = (minute: number, nodeId = "n") => ({ nodeId, raisedMs: minute * MIN });

it("the load has the nodes, the alarms a day, the most in ten minutes, and the share of floods", () => {
  const flood = Array.from({ length: 11 }, (_, index) => alarm(20 + index / 2, `f${index}`));
  const rest = [30, 32, 34, 36, 38].map((minute) => alarm(minute, "kitchen"));
  const load = alarmLoad([...flood, ...rest, alarm(100, "hall")], 0, 2 * DAY);
  expect(load).toMatchObject({ nodes: 13, perDay: 8.5, mostInTenMinutes: 11 });
  expect(load.floodShare).toBeCloseTo(2 / 288);
  expect(alarmLoad([], 0, DAY)).toEqual({ nodes: 0, perDay: 0, mostInTenMinutes: 0, floodShare: 0 });
});

it("a flood lasts through windows of five alarms or more, whatever the order and the start of the range", () => {
  const FROM = 7 * DAY;
  const shareOf = (...counts: readonly number[]) => {
    const alarms = counts.flatMap((count, window) =>
      Array.from({ length: count }, (_, index) => ({
        nodeId: `n${window}-${index}`,
        raisedMs: FROM + window * 10 * MIN + index,
      })),
    );
    return Math.round(alarmLoad(alarms.toReversed(), FROM, FROM + DAY).floodShare * 144);
  };
  expect(shareOf(10)).toBe(0);
  expect(shareOf(11, 5, 6, 4, 6)).toBe(3);
  expect(shareOf(11, 0, 6)).toBe(1);
  expect(shareOf(6, 11, 4, 11)).toBe(2);
});
