import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { ACTIVITY_RANGES, ActivityBins, binsOf, COUNTED } from "./bins.ts";

const MINUTE_MS = 60_000;

test("the bins of a range are round, and the last one is now", () => {
  const lengths = { "3h": [180, 5], "24h": [1440, 30], "7d": [10_080, 240] };
  fc.assert(
    fc.property(
      fc.constantFrom(...ACTIVITY_RANGES),
      fc.integer({ min: 1e12, max: 2e12 }),
      (range, nowMs) => {
        const [minutes = 0, bin = 0] = lengths[range];
        const { fromMs, binMs, count } = binsOf(range, nowMs);
        expect([binMs, count * binMs]).toEqual([bin * MINUTE_MS, minutes * MINUTE_MS]);
        expect(fromMs % binMs).toBe(0);
        const lastMs = fromMs + (count - 1) * binMs;
        expect(lastMs <= nowMs && nowMs < lastMs + binMs).toBe(true);
      },
    ),
  );
});

test("counts are added up in the bin in which they were; what is out of the range, or no number, is left out", () => {
  const bins = { fromMs: 1000, binMs: 100, count: 4 };
  const added = fc.record({
    name: fc.constantFrom(...COUNTED),
    atMs: fc.integer({ min: 850, max: 1550 }),
    count: fc.oneof(fc.nat({ max: 9 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)),
  });
  fc.assert(
    fc.property(fc.array(added), (all) => {
      const sums = new ActivityBins(bins);
      for (const { name, atMs, count } of all) sums.add(name, atMs, count);
      for (const name of COUNTED) {
        const sumIn = (bin: number) =>
          all
            .filter((one) => one.name === name && Number.isFinite(one.count))
            .filter(({ atMs }) => atMs >= 1000 + bin * 100 && atMs < 1100 + bin * 100)
            .reduce((sum, { count }) => sum + count, 0);
        expect(sums.counts[name]).toEqual([0, 1, 2, 3].map(sumIn));
      }
    }),
  );
});
