import { describe, expect, it, test } from "@jest/globals";
import {
  canHaveRollups,
  comesLate,
  dayOf,
  isClosed,
  rollupKey,
  rollupSeries,
} from "./rollup-item.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 1);
const END_MS = START_MS + DAY_MS;

describe("a day", () => {
  it("a day begins at midnight UTC, before 1970 too", () => {
    expect([START_MS, END_MS - 1, END_MS].map(dayOf)).toEqual([START_MS, START_MS, END_MS]);
    expect(dayOf(-1)).toBe(-DAY_MS);
  });

  test.each([
    [END_MS + HOUR_MS - 1, false],
    [END_MS + HOUR_MS, true],
  ])("a day is closed an hour after its end: at %i %j", (nowMs, closed) => {
    expect(isClosed(START_MS, nowMs)).toBe(closed);
  });

  test.each([
    [END_MS + HOUR_MS / 2 - 1, false],
    [END_MS + HOUR_MS / 2, true],
  ])("a point is late from half an hour after the end of its day on: at %i %j", (nowMs, late) => {
    expect(comesLate(START_MS, nowMs)).toBe(late);
    expect(comesLate(END_MS - 1, nowMs)).toBe(late);
    expect(comesLate(END_MS, nowMs)).toBe(false);
  });

  it("a day is not closed for a quarter of an hour after the start of a write that is not late", () => {
    const lambdaMaxMs = HOUR_MS / 4;
    for (let nowMs = START_MS; nowMs < END_MS + 2 * HOUR_MS; nowMs += 60_000) {
      if (!comesLate(START_MS, nowMs)) expect(isClosed(START_MS, nowMs + lambdaMaxMs)).toBe(false);
    }
  });
});

describe("the key of a rollup", () => {
  const part = { nodeId: "n#", name: "a#b", kind: "number" } as const;

  it("the key of a rollup has the kind, the node, the series and the day", () => {
    expect(rollupSeries(part)).toBe("number#n%23#a#b");
    expect(rollupKey(part, 86_400_000)).toEqual({
      series: { S: "number#n%23#a#b" },
      day: { S: "0000000086400000" },
    });
  });

  it("the key of a rollup has room for 2048 bytes", () => {
    const name = "x".repeat(2048 - "number#n%23#".length);
    expect(canHaveRollups({ ...part, name })).toBe(true);
    expect(canHaveRollups({ ...part, name: `${name}x` })).toBe(false);
    expect(canHaveRollups({ ...part, name: name.replace("xx", "é") })).toBe(true);
    expect(canHaveRollups({ ...part, name: name.replace("x", "é") })).toBe(false);
  });
});
