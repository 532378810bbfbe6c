import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Entry } from "./entry.ts";
import { planCut } from "./plan-cut.ts";

const NOW_MS = 1_000_000;

const entries = fc
  .array(
    fc.record({
      count: fc.integer({ min: 1, max: 12 }),
      bytes: fc.integer({ min: 1, max: 120 }),
      ageMs: fc.nat(200),
    }),
  )
  .map((all) =>
    all.map(({ count, bytes, ageMs }, index): Entry => {
      const item = `e#${String(index).padStart(4, "0")}`;
      return { item, count, bytes, addedAtMs: NOW_MS - ageMs, keys: [], isAgain: false };
    }),
  );
const limits = fc.record({
  maxEvents: fc.integer({ min: 1, max: 10 }),
  maxBytes: fc.integer({ min: 10, max: 100 }),
  waitMs: fc.nat(100),
});

const sum = (all: readonly Entry[], of: "count" | "bytes") =>
  all.reduce((total, one) => total + one[of], 0);

test("a batch is within its limits or one entry, nothing is in two of them, and what is due is never left", () => {
  fc.assert(
    fc.property(entries, limits, fc.integer({ min: 1, max: 8 }), (all, max, maxBatches) => {
      const { batches, nextAtMs } = planCut(all, max, { nowMs: NOW_MS, maxBatches });
      expect(batches.length).toBeLessThanOrEqual(maxBatches);
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        if (batch.length > 1) {
          expect(sum(batch, "count")).toBeLessThanOrEqual(max.maxEvents);
          expect(sum(batch, "bytes")).toBeLessThanOrEqual(max.maxBytes);
        }
      }
      const sent = batches.flat();
      const left = all.filter((one) => !sent.includes(one));
      const dueMs = left.map(({ addedAtMs }) => addedAtMs + max.waitMs);
      expect(nextAtMs).toBe(left.length === 0 ? undefined : Math.min(...dueMs));
      if (batches.length < maxBatches) {
        for (const atMs of dueMs) expect(atMs).toBeGreaterThan(NOW_MS);
        expect(sum(left, "count")).toBeLessThan(max.maxEvents);
        expect(sum(left, "bytes")).toBeLessThan(max.maxBytes);
      }
      expect(sent).toEqual(all.slice(0, sent.length));
    }),
  );
});

test("a batch ends only where the next entry exceeds its limits, so two that follow each other are more than one", () => {
  fc.assert(
    fc.property(entries, limits, (all, max) => {
      const { batches } = planCut(all, max, { nowMs: NOW_MS, maxBatches: 1000 });
      for (const [index, batch] of batches.slice(0, -1).entries()) {
        const next = [...batch, ...(batches[index + 1]?.slice(0, 1) ?? [])];
        expect(sum(next, "count") > max.maxEvents || sum(next, "bytes") > max.maxBytes).toBe(true);
      }
    }),
  );
});
