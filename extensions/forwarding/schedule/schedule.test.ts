import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { nextAttempt } from "./next-attempt.ts";
import { DEFAULT_SCHEDULE, formatSchedule, isWait, MAX_WAITS, parseSchedule } from "./schedule.ts";

describe("a schedule", () => {
  test.each<[string, number[]]>([
    ["5s", [5]],
    [" 5s , 5m,12h ", [5, 300, 43_200]],
    ["43200s", [43_200]],
    ["none", []],
    [" none ", []],
  ])("%j is read", (text, waits) => {
    expect(parseSchedule(text)).toEqual(waits);
  });

  test.each<[string, string]>([
    ["", '"" is not a wait'],
    ["5", '"5" is not a wait'],
    ["0s", '"0s" is not a wait'],
    ["13h", '"13h" is not a wait'],
    ["43201s", '"43201s" is not a wait'],
    ["5s,,5m", '"" is not a wait'],
    ["5s;5m", '"5s;5m" is not a wait'],
    ["-5s", '"-5s" is not a wait'],
    ["1.5h", '"1.5h" is not a wait'],
    ["5s,none", '"none" is not a wait'],
    ["1d", '"1d" is not a wait'],
    [`5s,${"9".repeat(500)}h`, `"${"9".repeat(20)}" is not a wait`],
    [
      Array.from({ length: MAX_WAITS + 1 }, () => "5s").join(),
      "The schedule has 21 waits; 20 is the maximum.",
    ],
  ])("%j is refused", (text, message) => {
    expect(() => parseSchedule(text)).toThrow(
      expect.objectContaining({ code: "input-invalid", message: expect.stringContaining(message) }),
    );
  });

  it("a schedule is parsed as it was formatted", () => {
    const wait = fc.integer({ min: 1, max: 43_200 });
    const schedules = fc.array(fc.oneof(wait, fc.constantFrom(...DEFAULT_SCHEDULE)), {
      maxLength: MAX_WAITS,
    });
    fc.assert(
      fc.property(schedules, (schedule) => {
        expect(parseSchedule(formatSchedule(schedule))).toEqual(schedule);
      }),
    );
  });

  it("a schedule is formatted in the largest units", () => {
    expect(formatSchedule([1, 60, 90, 3600, 5400, 43_200])).toBe("1s,1m,90s,1h,90m,12h");
    expect(parseSchedule("1s")).toEqual([1]);
    expect(parseSchedule(Array.from({ length: MAX_WAITS }, () => "5s").join())).toHaveLength(
      MAX_WAITS,
    );
  });

  it("the default schedule has its documented waits", () => {
    expect(parseSchedule("5s,5m,30m,2h,5h,10h,10h")).toEqual(DEFAULT_SCHEDULE);
    expect(DEFAULT_SCHEDULE.every(isWait)).toBe(true);
  });
});

describe("after an attempt", () => {
  const failed = (retryAfterS?: number) =>
    ({ kind: "failed", reason: "status 500", retryAfterS }) as const;
  const next = { schedule: [10, 100, 43_200], nowMs: 1_000_000, random: 0.5, attempt: 1 };

  test.each([
    [1, 0.5, undefined, 10],
    [1, 0, undefined, 9],
    [1, 1, undefined, 11],
    [2, 0.5, undefined, 100],
    [2, 0.5, 99, 100],
    [2, 0.5, 101, 101],
    [2, 0.5, 0, 100],
    [1, 0.5, 1e9, 43_200],
    [3, 1, undefined, 43_200],
    [3, 0, undefined, 38_880],
  ])(
    "number %d, with chance %d and Retry-After %s, the next one comes after %d s",
    (attempt, random, retryAfterS, seconds) => {
      const outcome = failed(retryAfterS);
      expect(nextAttempt({ ...next, attempt, random, outcome })).toEqual({
        kind: "retry",
        atMs: 1_000_000 + seconds * 1000,
      });
    },
  );

  it("nothing follows a success", () => {
    expect(nextAttempt({ ...next, outcome: { kind: "delivered" } })).toEqual({ kind: "done" });
  });

  it("the end of the schedule is the end", () => {
    expect(nextAttempt({ ...next, attempt: 4, outcome: failed(5) })).toEqual({
      kind: "give-up",
      reason: "4 attempts failed. The last one: status 500",
    });
    expect(nextAttempt({ ...next, schedule: [], outcome: failed() })).toMatchObject({
      reason: "1 attempt failed. The last one: status 500",
    });
  });

  it("a receiver that is gone gets no more, and what is impossible is not tried again", () => {
    expect(nextAttempt({ ...next, outcome: { kind: "gone", reason: "x" } })).toEqual({
      kind: "disable",
      reason: "x",
    });
    expect(nextAttempt({ ...next, outcome: { kind: "impossible", reason: "x" } })).toEqual({
      kind: "give-up",
      reason: "x",
    });
  });

  it("retries end, none comes before its wait or Retry-After, and none after 12 hours", () => {
    const schedule = fc.array(fc.integer({ min: 1, max: 43_200 }), { maxLength: MAX_WAITS });
    const retryAfterS = fc.option(fc.integer({ min: 0, max: 1e6 }), { nil: undefined });
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(schedule, retryAfterS, random, (waits, afterS, chance) => {
        for (const [index, waitS] of waits.entries()) {
          const step = nextAttempt({
            schedule: waits,
            outcome: failed(afterS),
            random: chance,
            nowMs: 0,
            attempt: index + 1,
          });
          const atMs = step.kind === "retry" ? step.atMs : Number.NaN;
          expect(atMs).toBeLessThanOrEqual(43_200_000);
          expect(atMs).toBeGreaterThanOrEqual(
            Math.min(43_200, Math.max(waitS * 0.9, afterS ?? 0)) * 1000 - 1,
          );
        }
        const last = { schedule: waits, outcome: failed(afterS), random: chance, nowMs: 0 };
        expect(nextAttempt({ ...last, attempt: waits.length + 1 }).kind).toBe("give-up");
      }),
    );
  });
});
