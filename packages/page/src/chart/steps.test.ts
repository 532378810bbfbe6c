import { expect, test } from "@jest/globals";
import { timeTicks, valueScale, valueText } from "./ticks.ts";

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const utc = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
const START = Date.UTC(2026, 0, 1);

test("ticks of a time axis are a round time apart, from a second to two years", () => {
  const steps = [
    ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
    ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
    ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
    ...[1, 2, 7, 14, 30, 90, 180, 365, 730].map((count) => count * DAY),
  ];
  for (const step of steps) {
    const ticks = timeTicks(START, START + 6 * step, 6, utc);
    const apart = ticks.slice(1).map(({ at }, index) => at - (ticks[index]?.at ?? 0));
    expect([step, new Set(apart)]).toEqual([step, new Set([step])]);
    expect(ticks.every(({ at }) => at % step === 0 && at >= START && at <= START + 6 * step)).toBe(
      true,
    );
    expect(ticks.length).toBeGreaterThanOrEqual(6);
  }
  // Of more years there are as many ticks as fit.
  const long = timeTicks(START, START + 10_000 * DAY, 6, utc);
  expect([long.length > 4, long.length <= 8]).toEqual([true, true]);
});

test("ticks have seconds only if they are less than a minute apart, and days below the first one of a day", () => {
  expect(timeTicks(START, START + 2 * MINUTE, 4, utc).map(({ text }) => text)).toEqual([
    "00:00:00",
    "00:00:30",
    "00:01:00",
    "00:01:30",
    "00:02:00",
  ]);
  expect(timeTicks(START, START + 2 * MINUTE, 2, utc)).toEqual([
    { at: START, text: "00:00", below: "2026-01-01" },
    { at: START + MINUTE, text: "00:01" },
    { at: START + 2 * MINUTE, text: "00:02" },
  ]);
  const days = timeTicks(START, START + DAY, 2, utc);
  expect(days.map(({ text, below }) => [text, below])).toEqual([
    ["00:00", "2026-01-01"],
    ["12:00", undefined],
    ["00:00", "2026-01-02"],
  ]);
  expect(timeTicks(START, START + 2 * DAY, 2, utc).map(({ text, below }) => [text, below])).toEqual(
    [
      ["2026-01-01", undefined],
      ["2026-01-02", undefined],
      ["2026-01-03", undefined],
    ],
  );
});

test("values from a million on are written shortly, also negative ones", () => {
  const textsOf = (least: number, most: number) =>
    valueScale(least, most, 2).ticks.map(({ text }) => text);
  expect(textsOf(0, 4_000_000)).toEqual(["0", "2M", "4M"]);
  expect(textsOf(-4_000_000, 0)).toEqual(["-4M", "-2M", "0"]);
  expect(textsOf(0, 1_000_000)).toEqual(["0", "500K", "1M"]);
  expect(textsOf(-1_000_000, 0)).toEqual(["-1M", "-500K", "0"]);
  expect(textsOf(0, 400_000)).toEqual(["0", "200,000", "400,000"]);
});

test("a value is written as exactly as its scale shows it", () => {
  expect(valueText(20.5678, { min: 20, max: 21 })).toBe("20.568");
  expect(valueText(12_345.678, { min: 0, max: 100_000 })).toBe("12346");
  expect(valueText(5, { min: 5, max: 5 })).toBe("5");
});
