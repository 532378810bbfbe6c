import { describe, expect, it } from "@jest/globals";
import { pricedBill } from "@rainhooks/stage/cost/usage";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { forwardBill } from "./costs.ts";

const load = { batchMs: 10, recordMs: 1, recordWaitMs: 10 } as const;
const worker = (name: string) =>
  defineFunction({
    trigger: "queue",
    name,
    description: "Makes attempts.",
    function: { memoryMiB: 1024 },
    batch: { size: 50 },
    load,
  });
const workers = { attempts: worker("attempts"), retries: worker("retries") };
const bill = (...waitsS: readonly number[]) =>
  pricedBill(forwardBill(workers, { events: 1_000_000, waitsS }));

describe("forwardBill", () => {
  it("forwardBill has a copy, a message and two writes of the log for an event that is delivered at once", () => {
    const once = bill();
    expect(once["copies (writes)"]).toBeCloseTo(0.625);
    expect(once["attempts (queue)"]).toBeCloseTo(0.12);
    expect(once["log of attempts (writes)"]).toBeCloseTo(1.25);
    // 20,000 invocations of 560 ms with a gigabyte, and 1,820 bytes of logs each.
    expect(once["attempts (function)"]).toBeCloseTo(
      0.004 + 20_000 * 0.56 * 0.0000133334 + 0.0364 * 0.53,
      3,
    );
    expect(once["retries (queue)"]).toBe(0);
    expect(once["retries (function)"]).toBe(0);
    expect(once["claims of retries"]).toBe(0);
  });

  it("forwardBill has a message each 15 minutes for a waiting retry; only the attempt waits for the receiver", () => {
    const soon = bill(900);
    const late = bill(901);
    expect(soon["retries (queue)"]).toBeCloseTo(0.12);
    expect(late["retries (queue)"]).toBeCloseTo(0.24);
    // Each retry claims its attempt: a read unit and a write unit.
    expect(late["claims of retries"]).toBeCloseTo(0.75);
    expect(late["log of attempts (writes)"]).toEqual(soon["log of attempts (writes)"]);
    const more = (late["retries (function)"] ?? 0) - (soon["retries (function)"] ?? 0);
    expect(more).toBeGreaterThan(0);
    expect(more).toBeLessThan((soon["retries (function)"] ?? 0) / 2);
  });
});
