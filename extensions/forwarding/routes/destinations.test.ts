import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { summaryOf } from "./destinations.ts";

const HOUR_MS = 3_600_000;

const attempt = fc.record({
  webhookId: fc.constant("evt_1"),
  atMs: fc.integer({ min: 0, max: 24 * HOUR_MS }),
  outcome: fc.constantFrom("delivered" as const, "failed" as const, "gone" as const),
  durationMs: fc.integer({ min: 0, max: 60_000 }),
});

describe("the summary of attempts", () => {
  it("the summary counts each attempt once, in its part of the time", () => {
    fc.assert(
      fc.property(
        fc.array(attempt),
        fc.integer({ min: 0, max: 24 * HOUR_MS }),
        (attempts, fromMs) => {
          const nowMs = 24 * HOUR_MS;
          const counted = attempts.filter(({ atMs }) => atMs >= fromMs);
          const { delivered, failed, binMs } = summaryOf(counted, fromMs, nowMs);
          const timesOf = (isDelivered: boolean) =>
            counted
              .filter(({ outcome }) => (outcome === "delivered") === isDelivered)
              .map(({ atMs }) => atMs);
          for (const [counts, times] of [
            [delivered, timesOf(true)],
            [failed, timesOf(false)],
          ] as const) {
            const partOf = (atMs: number) =>
              Math.min(counts.length - 1, Math.floor((atMs - fromMs) / binMs));
            expect(counts).toEqual(
              counts.map((_, part) => times.filter((atMs) => partOf(atMs) === part).length),
            );
          }
          expect(delivered.length).toBeLessThanOrEqual(48);
        },
      ),
    );
  });

  it("the summary has the median and the 95th percentile of the durations, without tests", () => {
    const attempts = Array.from({ length: 100 }, (_, index) => {
      return {
        webhookId: "evt_1",
        atMs: index,
        outcome: "delivered" as const,
        durationMs: 100 - index,
      };
    });
    const test = { webhookId: "test_1", atMs: 1, outcome: "failed" as const, durationMs: 9999 };
    const summary = { medianMs: 50, p95Ms: 95, failed: [0], givenUp: 0 };
    expect(summaryOf([...attempts, test], 0, 100)).toMatchObject(summary);
    const none = summaryOf([], 0, 100);
    expect([none.medianMs, none.p95Ms]).toEqual([undefined, undefined]);
  });
});
