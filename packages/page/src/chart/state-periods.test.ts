import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { periodsOfStates } from "./state-periods.ts";

test("a state lasts until another one comes, the last one until the end", () => {
  const states = [
    { atMs: 1, value: "on" },
    { atMs: 3, value: "on" },
    { atMs: 5, value: "off" },
  ];
  expect(periodsOfStates(states, 9)).toEqual([
    { value: "on", startMs: 1, endMs: 5 },
    { value: "off", startMs: 5, endMs: 9 },
  ]);
  expect(periodsOfStates([], 9)).toEqual([]);
});

test("periods are in order, next to each other, and have every value of their time", () => {
  const values = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 20 });
  fc.assert(
    fc.property(values, fc.nat(30), (all, endMs) => {
      const states = all.map((value, atMs) => ({ atMs, value }));
      const periods = periodsOfStates(states, endMs);
      for (const { atMs, value } of states)
        expect(periods.findLast(({ startMs }) => startMs <= atMs)?.value).toBe(value);
      periods.forEach(({ startMs, endMs: end, value }, index) => {
        expect(end).toBeGreaterThanOrEqual(startMs);
        const next = periods[index + 1];
        if (next !== undefined)
          expect([next.startMs === end, next.value === value]).toEqual([true, false]);
      });
    }),
  );
});
