import { expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Heard } from "../history.ts";
import { heardField } from "./node-fields.ts";

const HOUR_MS = 3_600_000;
const one = (hour: number): Heard => ({
  intervalMs: HOUR_MS,
  intervals: [hour * HOUR_MS],
  beforeMs: undefined,
});
const stored = (value: Heard) => heardField.decode(heardField.encode(value));

it("heardField knows every interval of the last 256 and the last one before, whatever the order, batches and repetitions", () => {
  const hours = fc.array(fc.integer({ min: 400_000, max: 400_900 }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(hours, fc.nat(60), (all, cut) => {
      const joined = [...all.slice(cut), ...all, ...all.slice(0, cut)]
        .map(one)
        .reduce((a, b) => stored(heardField.join(a, b)), heardField.initial);
      const distinct = [...new Set(all)].sort((a, b) => a - b);
      const fromHour = (distinct.at(-1) ?? 0) - 255;
      expect(joined.intervals.map((atMs) => atMs / HOUR_MS)).toEqual(
        distinct.filter((at) => at >= fromHour),
      );
      const before = distinct.findLast((at) => at < fromHour);
      expect(joined.beforeMs).toBe(before === undefined ? undefined : before * HOUR_MS);
    }),
  );
});

it("heardField fits in 43 characters", () => {
  const days = [400_000, 400_100, 400_255].map(one).reduce((a, b) => heardField.join(a, b));
  expect(heardField.encode(days)).toMatchObject({ bits: expect.stringMatching(/^.{43}$/) });
});

it("heardField begins again with another interval, and ignores what it cannot read", () => {
  const other = { ...one(400_001), intervalMs: 60_000 };
  expect(heardField.join(one(400_000), other)).toBe(other);
  expect(heardField.join(other, one(400_000))).toBe(other);
  expect(heardField.decode({ intervalMs: 1 })).toEqual(heardField.initial);
  expect(heardField.decode(7)).toEqual(heardField.initial);
});
