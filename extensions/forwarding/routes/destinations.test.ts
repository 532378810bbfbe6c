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
  it("the summary counts each attempt once, and those after which there is no other", () => {
    fc.assert(
      fc.property(fc.array(attempt), (attempts) => {
        const { delivered, failed, givenUp } = summaryOf(attempts);
        expect(delivered + failed).toBe(attempts.length);
        expect(delivered).toBe(attempts.filter(({ outcome }) => outcome === "delivered").length);
        expect(givenUp).toBe(failed);
        expect(summaryOf(attempts.map((one) => ({ ...one, nextAtMs: 1 }))).givenUp).toBe(0);
      }),
    );
  });

  it("the summary has the median and the 95th percentile of the durations, without tests", () => {
    const attempts = Array.from({ length: 100 }, (_, index) => {
      return { webhookId: "evt_1", atMs: index, outcome: "delivered" as const, durationMs: 100 - index };
    });
    const test = { webhookId: "test_1", atMs: 1, outcome: "failed" as const, durationMs: 9999 };
    const summary = { medianMs: 50, p95Ms: 95, failed: 0, givenUp: 0 };
    expect(summaryOf([...attempts, test])).toMatchObject(summary);
    const none = summaryOf([]);
    expect([none.medianMs, none.p95Ms]).toEqual([undefined, undefined]);
  });
});
