import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { moveRange, NAMED_RANGES, paramsOf, readRange, zoomRange } from "./range.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MAX_MS = 3660 * DAY_MS;
const NOW_MS = Date.UTC(2026, 10, 24, 12, 0, 30);

const anyRange = fc
  .tuple(
    fc.integer({ min: 2 * MAX_MS, max: 4 * MAX_MS }),
    fc.integer({ min: MINUTE_MS, max: MAX_MS }),
  )
  .map(([fromMs, lengthMs]) => ({ fromMs, toMs: fromMs + lengthMs }));
const read = (params: ReturnType<typeof paramsOf>) => readRange(params, NOW_MS, undefined);

test("a range in the address is read back, from a minute to ten years", () => {
  fc.assert(
    fc.property(anyRange, (range) => {
      const params = paramsOf(range.fromMs, range.toMs);
      expect(params).toMatchObject({ range: undefined });
      const found = read(params);
      expect(Math.abs(found.fromMs - range.fromMs)).toBeLessThanOrEqual(1);
      expect(Math.abs(found.toMs - range.toMs)).toBeLessThanOrEqual(1);
    }),
  );
  for (const lengthMs of [MINUTE_MS, MAX_MS])
    expect(read({ from: "1", to: String(1 + lengthMs) })).toEqual({
      fromMs: 1,
      toMs: 1 + lengthMs,
    });
  for (const [from, to] of [
    [1, MINUTE_MS],
    [1, MAX_MS + 2],
    [0, HOUR_MS],
  ])
    expect(read({ from: String(from), to: String(to) }).name).toBe("24h");
});

test("a range that is too short or too long gets the nearest length that can be shown, around its middle", () => {
  expect(paramsOf(10 * DAY_MS, 10 * DAY_MS + 2)).toMatchObject({
    from: String(10 * DAY_MS + 1 - MINUTE_MS / 2),
    to: String(10 * DAY_MS + 1 + MINUTE_MS / 2),
  });
  const { from, to } = paramsOf(2 * MAX_MS, 4 * MAX_MS);
  expect(Number(to) - Number(from)).toBe(MAX_MS);
  expect(paramsOf(-HOUR_MS, HOUR_MS).from).toBe("1");
});

test("moving back and on again, or out and in again, shows the same", () => {
  fc.assert(
    fc.property(anyRange, (range) => {
      const half = Math.floor((range.toMs - range.fromMs) / 2);
      const on = read(moveRange(range, 1));
      expect(Math.abs(on.fromMs - range.fromMs - half)).toBeLessThanOrEqual(1);
      expect(Math.abs(read(moveRange(on, -1)).fromMs - range.fromMs)).toBeLessThanOrEqual(2);
      const out = read(zoomRange(range, 2));
      const lengthMs = Math.min(MAX_MS, 2 * (range.toMs - range.fromMs));
      expect(Math.abs(out.toMs - out.fromMs - lengthMs)).toBeLessThanOrEqual(1);
      expect(
        Math.abs((out.fromMs + out.toMs) / 2 - (range.fromMs + range.toMs) / 2),
      ).toBeLessThanOrEqual(1);
    }),
  );
});

test("a named range ends with the minute that it is", () => {
  const toMs = Date.UTC(2026, 10, 24, 12, 1);
  const lengths = {
    "1h": HOUR_MS,
    "6h": 6 * HOUR_MS,
    "24h": DAY_MS,
    "7d": 7 * DAY_MS,
    "30d": 30 * DAY_MS,
  };
  expect(NAMED_RANGES).toEqual(lengths);
  for (const [name, lengthMs] of Object.entries(lengths))
    for (const seenMs of [undefined, 5, NOW_MS])
      expect(readRange({ range: name }, NOW_MS, seenMs)).toEqual({
        fromMs: toMs - lengthMs,
        toMs,
        name,
      });
});

test("the page of a node that was last seen a day ago or more shows, without a range, the day when it was seen", () => {
  const endMs = Date.UTC(2026, 10, 24, 12, 1);
  const firstMs = endMs - DAY_MS;
  expect(readRange({}, NOW_MS, firstMs).name).toBe("24h");
  const toMs = Date.UTC(2026, 10, 23, 14);
  expect(readRange({}, NOW_MS, firstMs - 1)).toEqual({ fromMs: toMs - DAY_MS, toMs });
  expect(readRange({}, NOW_MS, Date.UTC(2026, 0, 1, 5))).toEqual({
    fromMs: Date.UTC(2025, 11, 31, 6),
    toMs: Date.UTC(2026, 0, 1, 6),
  });
});
