import { describe, expect, it, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import fc from "fast-check";
import { attemptInTime, checkLimits } from "./in-time.ts";

const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `i${index}`, value: index }));

/** A batch whose clock moves only when an item is attempted. */
async function run(
  count: number,
  leftMs: number,
  options: { concurrency: number; timeoutMs: number; takesMs: number },
) {
  let remainingMs = leftMs;
  const attempted: string[] = [];
  const timeouts = new Set<number>();
  const failures = await attemptInTime(items(count), {
    ...options,
    context: { remainingMs: () => remainingMs },
    attempt: async ({ id }, timeoutMs) => {
      attempted.push(id);
      timeouts.add(timeoutMs);
      remainingMs -= Math.min(options.takesMs, timeoutMs);
      return undefined;
    },
  });
  return { attempted, timeouts: [...timeouts], failures, remainingMs };
}

describe("attemptInTime", () => {
  it("attemptInTime attempts every item once, in order, and returns the failures", async () => {
    const error = new RainhooksError("sink-unavailable", "down");
    const attempted: number[] = [];
    const failures = await attemptInTime(items(5), {
      concurrency: 2,
      timeoutMs: 100,
      context: undefined,
      attempt: async ({ id, value }, timeoutMs) => {
        attempted.push(value);
        expect(timeoutMs).toBe(100);
        return value % 2 === 0 ? undefined : { id, error };
      },
    });
    expect(attempted).toEqual([0, 1, 2, 3, 4]);
    expect(failures).toEqual([
      { id: "i1", error },
      { id: "i3", error },
    ]);
  });

  it("attemptInTime does not attempt more items at once than its maximum", async () => {
    let running = 0;
    const seen: number[] = [];
    await attemptInTime(items(20), {
      concurrency: 3,
      timeoutMs: 100,
      context: undefined,
      attempt: async () => {
        running += 1;
        seen.push(running);
        await Promise.resolve();
        running -= 1;
        return undefined;
      },
    });
    expect(Math.max(...seen)).toBe(3);
  });

  it("attemptInTime starts an attempt only if its whole time is left, and says which items were not attempted", async () => {
    const { attempted, failures } = await run(5, 1000, {
      concurrency: 1,
      timeoutMs: 400,
      takesMs: 300,
    });
    expect(attempted).toEqual(["i0", "i1", "i2"]);
    expect(failures).toMatchObject([
      { id: "i3", error: { code: "not-attempted", permanent: false } },
      { id: "i4", error: { code: "not-attempted", permanent: false } },
    ]);
  });

  it("attemptInTime gives an attempt at most half of the batch's time, so that the first ones always start", async () => {
    const { attempted, timeouts } = await run(5, 1000, {
      concurrency: 1,
      timeoutMs: 5000,
      takesMs: 5000,
    });
    expect(timeouts).toEqual([500]);
    expect(attempted).toEqual(["i0", "i1"]);
  });

  it("attemptInTime attempts nothing when there is no time at all", async () => {
    const { attempted, failures } = await run(2, 0, { concurrency: 1, timeoutMs: 100, takesMs: 1 });
    expect(attempted).toEqual([]);
    expect(failures).toHaveLength(2);
  });

  it("attemptInTime attempts the first items of any batch, and is never late", async () => {
    const whole = fc.integer({ min: 1, max: 5000 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(30),
        whole,
        whole,
        whole,
        async (count, leftMs, timeoutMs, takesMs) => {
          const { attempted, failures, remainingMs } = await run(count, leftMs, {
            concurrency: 1,
            timeoutMs,
            takesMs,
          });
          expect([...attempted, ...failures.map(({ id }) => id)]).toEqual(
            items(count).map(({ id }) => id),
          );
          expect(remainingMs).toBeGreaterThanOrEqual(0);
          expect(attempted.length).toBeGreaterThanOrEqual(Math.min(count, 1));
        },
      ),
    );
  });
});

test.each([
  [{ concurrency: 0, timeoutMs: 1 }, "concurrency must be a whole number from 1 to 1000, not 0."],
  [
    { concurrency: 1001, timeoutMs: 1 },
    "concurrency must be a whole number from 1 to 1000, not 1001.",
  ],
  [
    { concurrency: 1.5, timeoutMs: 1 },
    "concurrency must be a whole number from 1 to 1000, not 1.5.",
  ],
  [{ concurrency: 1, timeoutMs: 0 }, "timeoutMs must be a whole number from 1 to 900,000, not 0."],
  [
    { concurrency: 1, timeoutMs: Number.NaN },
    "timeoutMs must be a whole number from 1 to 900,000, not NaN.",
  ],
  [
    { concurrency: 1, timeoutMs: 900_001 },
    "timeoutMs must be a whole number from 1 to 900,000, not 900001.",
  ],
])("limits of %p are refused", (limits, message) => {
  expect(() => checkLimits(limits)).toThrow(
    expect.objectContaining({ code: "config-invalid", message }),
  );
});

test("limits at their ends are accepted", () => {
  checkLimits({ concurrency: 1, timeoutMs: 1 });
  checkLimits({ concurrency: 1000, timeoutMs: 900_000 });
});
