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

it("lasts as a flood through windows of five alarms or more, whatever the order and the start of the range", () => {
  const FROM = 7 * DAY;
  const shareOf = (...counts: readonly number[]) => {
    const alarms = counts.flatMap((count, window) =>
      Array.from({ length: count }, (_, index) => ({
        rule: "r",
        nodeId: `n${window}-${index}`,
        raisedMs: FROM + window * 10 * MIN + index,
        endMs: undefined,
      })),
    );
    return Math.round(alarmLoad(alarms.toReversed(), FROM, FROM + DAY).floodShare * 144);
  };
  expect(shareOf(10)).toBe(0);
  expect(shareOf(11, 5, 6, 4, 6)).toBe(3);
  expect(shareOf(11, 0, 6)).toBe(1);
  expect(shareOf(6, 11, 4, 11)).toBe(2);
});

it("measures from the start of the range to its end", () => {
  const from = 10 * DAY;
  const at = (minute: number, endMs?: number) => ({
    rule: "r",
    nodeId: "n",
    raisedMs: from + minute * MIN,
    endMs,
  });
  const load = alarmLoad([at(0, from + DAY), at(9.9), at(600, from + 2 * DAY)], from, from + 2 * DAY);
  expect(load).toMatchObject({ perDay: 1.5, mostInTenMinutes: 2, stale: 2, topTenShare: 1 });
  expect(load.perTenMinutes).toBeCloseTo(3 / 288);
});

it("names the most frequent first, and equally frequent ones by their nodes", () => {
  const load = alarmLoad(
    ["c", "b", "a", "b"].map((nodeId, minute) => alarm(minute, nodeId)),
    0,
    DAY,
  );
  expect(load.topTen.map(({ nodeId, count }) => [nodeId, count])).toEqual([
    ["b", 2],
    ["a", 1],
    ["c", 1],
  ]);
  expect(
    alarmLoad(
      [1.6, 3, 1, 1.3].map((minute) => alarm(minute)),
      0,
      DAY,
    ).chattering,
  ).toBe(1);
});
