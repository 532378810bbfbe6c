import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { ACTIVITY_RANGES, ActivityBins, COUNTED, partsOf } from "./bins.ts";

const MINUTE_MS = 60_000;

test("the parts of a range are round, and the last one is now", () => {
  const lengths = { "3h": [180, 5], "24h": [1440, 30], "7d": [10_080, 240] };
  fc.assert(
    fc.property(fc.constantFrom(...ACTIVITY_RANGES), fc.integer({ min: 1e12, max: 2e12 }), (range, nowMs) => {
      const [minutes = 0, part = 0] = lengths[range];
      const { fromMs, partMs, count } = partsOf(range, nowMs);
      expect([partMs, count * partMs]).toEqual([part * MINUTE_MS, minutes * MINUTE_MS]);
      expect(fromMs % partMs).toBe(0);
      const lastMs = fromMs + (count - 1) * partMs;
      expect(lastMs <= nowMs && nowMs < lastMs + partMs).toBe(true);
    }),
  );
});

test("counts are added up in the part in which they were; what is out of the range, or no number, is left out", () => {
  const parts = { fromMs: 1000, partMs: 100, count: 4 };
  const added = fc.record({
    name: fc.constantFrom(...COUNTED),
    atMs: fc.integer({ min: 850, max: 1550 }),
    count: fc.oneof(fc.nat({ max: 9 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)),
  });
  fc.assert(
    fc.property(fc.array(added), (all) => {
      const bins = new ActivityBins(parts);
      for (const { name, atMs, count } of all) bins.add(name, atMs, count);
      for (const name of COUNTED) {
        const sumIn = (part: number) =>
          all
            .filter((one) => one.name === name && Number.isFinite(one.count))
            .filter(({ atMs }) => atMs >= 1000 + part * 100 && atMs < 1100 + part * 100)
            .reduce((sum, { count }) => sum + count, 0);
        expect(bins.counts[name]).toEqual([0, 1, 2, 3].map(sumIn));
      }
    }),
  );
});
