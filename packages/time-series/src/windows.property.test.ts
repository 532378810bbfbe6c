import { describe, expect, it, test } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import fc from "fast-check";
import { labelOf, TRANSITIONS, ZONES } from "./testing/naive-windows.ts";
import {
  type Calendar,
  INTERVALS,
  WEEKDAYS,
  windowAt,
  windowsBackFrom,
  windowsOf,
} from "./windows.ts";

const moment = fc.oneof(
  fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2035, 0, 1) }),
  fc
    .tuple(fc.constantFrom(...TRANSITIONS), fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }))
    .map(([at, by]) => at + by),
  fc
    .tuple(fc.constantFrom(...TRANSITIONS), fc.integer({ min: -2, max: 2 }))
    .map(([at, by]) => at + by),
);
const calendar = fc.record({
  interval: fc.constantFrom(...INTERVALS),
  timezone: fc.constantFrom(...ZONES),
  weekStart: fc.constantFrom(...WEEKDAYS),
});

describe("windowAt", () => {
  it("windowAt returns the range around a moment in which the calendar shows the same, to the millisecond", () => {
    fc.assert(
      fc.property(moment, calendar, (atMs, how) => {
        const { startMs, endMs } = windowAt(atMs, how);
        const label = labelOf(atMs, how);
        expect(startMs <= atMs && atMs < endMs).toBe(true);
        const around = [startMs - 1, startMs, endMs - 1, endMs].map(
          (ms) => labelOf(ms, how) === label,
        );
        expect(around).toEqual([false, true, true, false]);
      }),
      { numRuns: 3000 },
    );
  });

  const at = (time: string) => Date.parse(time);
  const hours = ({ startMs, endMs }: { startMs: number; endMs: number }) =>
    (endMs - startMs) / 3_600_000;
  const berlin: Calendar = { interval: "day", timezone: "Europe/Berlin", weekStart: "monday" };

  test.each([
    ["Europe/Berlin", "2026-03-29T12:00Z", 23],
    ["Europe/Berlin", "2026-10-25T12:00Z", 25],
    ["America/New_York", "2026-03-08T12:00Z", 23],
    ["America/New_York", "2026-11-01T12:00Z", 25],
    ["Australia/Lord_Howe", "2026-10-04T00:00Z", 23.5],
    ["Australia/Lord_Howe", "2026-04-04T16:00Z", 24.5],
    ["Asia/Kolkata", "2026-03-29T12:00Z", 24],
  ])("windowAt returns the length of the day in %s at %s", (timezone, time, long) => {
    expect(hours(windowAt(at(time), { ...berlin, timezone }))).toBe(long);
  });

  it("windowAt makes two windows of an hour that happens twice, and a short one of an hour that the clock cuts", () => {
    const hour: Calendar = { ...berlin, interval: "hour" };
    const first = windowAt(at("2026-10-25T00:30Z"), hour);
    const second = windowAt(at("2026-10-25T01:30Z"), hour);
    expect([first.endMs, hours(first), hours(second)]).toEqual([second.startMs, 1, 1]);
    const lordHowe: Calendar = { ...hour, timezone: "Australia/Lord_Howe" };
    expect(hours(windowAt(at("2026-10-03T15:40Z"), lordHowe))).toBe(0.5);
  });

  it("windowAt begins a day whose midnight does not exist after the jump", () => {
    const { startMs } = windowAt(at("2018-11-04T12:00Z"), {
      ...berlin,
      timezone: "America/Sao_Paulo",
    });
    expect(new Date(startMs).toISOString()).toBe("2018-11-04T03:00:00.000Z");
  });

  it("windowAt refuses an unknown time zone", () => {
    expect(() => windowAt(0, { ...berlin, timezone: "Mars/Olympus" })).toThrow(
      "Unknown time zone Mars/Olympus.",
    );
  });
});

describe("windowsOf", () => {
  it("windowsOf divides a time without a gap, and the same backwards", () => {
    const range = fc.tuple(moment, fc.integer({ min: 1, max: 3 * DAY_MS }));
    fc.assert(
      fc.property(range, calendar, ([fromMs, lengthMs], how) => {
        if (how.interval === "minute") return;
        const toMs = fromMs + lengthMs;
        const windows = [...windowsOf(fromMs, toMs, how)];
        expect(windows[0]?.startMs).toBe(fromMs);
        expect(windows.at(-1)?.endMs).toBe(toMs);
        expect(windows.slice(1).map(({ startMs }) => startMs)).toEqual(
          windows.slice(0, -1).map(({ endMs }) => endMs),
        );
        expect([...windowsBackFrom(fromMs, toMs, how)].toReversed()).toEqual(windows);
      }),
      { numRuns: 500 },
    );
  });
});
