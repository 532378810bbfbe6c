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

const sum = (all: readonly Entry[], of: "count" | "bytes") => all.reduce((total, one) => total + one[of], 0);

test("a batch is within its limits or one entry, nothing is in two of them, and what is due is never left", () => {
  fc.assert(
    fc.property(
      entries,
      limits,
      fc.integer({ min: 1, max: 8 }),
      fc.boolean(),
      (all, max, maxBatches, inOrder) => {
        const { batches, nextAtMs } = planCut(all, max, { nowMs: NOW_MS, maxBatches, inOrder });
        expect(batches.length).toBeLessThanOrEqual(maxBatches);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          if (batch.length > 1) {
            expect(sum(batch, "count")).toBeLessThanOrEqual(max.maxEvents);
            expect(sum(batch, "bytes")).toBeLessThanOrEqual(max.maxBytes);
          }
        }
        const sent = batches.flat();
        expect(new Set(sent).size).toBe(sent.length);
        const left = all.filter((one) => !sent.includes(one));
        const dueMs = left.map(({ addedAtMs }) => addedAtMs + max.waitMs);
        expect(nextAtMs).toBe(left.length === 0 ? undefined : Math.min(...dueMs));
        if (batches.length < maxBatches) {
          for (const atMs of dueMs) expect(atMs).toBeGreaterThan(NOW_MS);
          expect(sum(left, "count")).toBeLessThan(max.maxEvents);
          expect(sum(left, "bytes")).toBeLessThan(max.maxBytes);
        }
        if (inOrder) expect(sent).toEqual(all.slice(0, sent.length));
      },
    ),
  );
});

test("a batch in order ends only where the next event exceeds its limits", () => {
  fc.assert(
    fc.property(entries, limits, (all, max) => {
      const { batches } = planCut(all, max, { nowMs: NOW_MS, maxBatches: 1000, inOrder: true });
      for (const [index, batch] of batches.slice(0, -1).entries()) {
        const next = [...batch, ...(batches[index + 1]?.slice(0, 1) ?? [])];
        expect(sum(next, "count") > max.maxEvents || sum(next, "bytes") > max.maxBytes).toBe(true);
      }
    }),
  );
});

test("an entry that is too much for a batch that is half full begins the next one; else it is a batch of its own", () => {
  const sizes = (...counts: number[]) => {
    const all = counts.map((count, index): Entry => {
      return { item: `e#${index}`, count, bytes: count, addedAtMs: NOW_MS, keys: [], isAgain: false };
    });
    const plan = planCut(
      all,
      { maxEvents: 10, maxBytes: 10, waitMs: 0 },
      { nowMs: NOW_MS, maxBatches: 9, inOrder: false },
    );
    return plan.batches.map((batch) => batch.map(({ count }) => count));
  };
  expect(sizes(5, 6, 4)).toEqual([[5], [6, 4]]);
  expect(sizes(4, 7, 6)).toEqual([[7], [4, 6]]);
});

test("no batch is less than half full unless its first event has waited long enough", () => {
  fc.assert(
    fc.property(entries, limits, (all, max) => {
      const { batches } = planCut(all, max, { nowMs: NOW_MS, maxBatches: 1000, inOrder: false });
      for (const batch of batches) {
        const isHalf = sum(batch, "count") * 2 >= max.maxEvents || sum(batch, "bytes") * 2 >= max.maxBytes;
        const isDue = batch.some(({ addedAtMs }) => addedAtMs + max.waitMs <= NOW_MS);
        expect(isHalf || isDue).toBe(true);
      }
    }),
  );
});
