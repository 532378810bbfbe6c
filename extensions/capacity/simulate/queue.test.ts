import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type QueueModel, simulateQueue } from "./queue.ts";

const MODEL: QueueModel = {
  arrivingPerS: () => 1000,
  endsAtS: 60,
  maxConcurrency: 10,
  batchSize: 100,
  invocationMs: () => 100,
  services: [],
  throttledWaitS: 30,
};

describe("simulateQueue", () => {
  it("simulateQueue writes what arrives at once if no limit is reached", () => {
    expect(simulateQueue(MODEL)).toMatchObject({
      events: 60_000,
      drainedAfterS: 60,
      maxAgeS: 0,
      throttled: 0,
      boundBy: "nothing",
    });
  });

  it("simulateQueue falls behind by what the function cannot take, and reports it", () => {
    // 2,000 a second arrive for a minute, 1,000 are taken.
    const result = simulateQueue({ ...MODEL, arrivingPerS: () => 2000, maxConcurrency: 1 });
    expect(result.drainedAfterS).toBeCloseTo(120, 0);
    expect(result.maxBacklog).toBeCloseTo(60_000, -3);
    expect(result.maxAgeS).toBeCloseTo(60, 0);
    expect(result.boundBy).toBe("concurrency");
  });

  it("simulateQueue begins with five batches at once and adds five a second", () => {
    const { maxBacklog, boundBy, drainedAfterS } = simulateQueue({
      ...MODEL,
      arrivingPerS: () => 100_000,
      endsAtS: 20,
      maxConcurrency: 1000,
    });
    expect(boundBy).toBe("pollers");
    // 5,000 a second at first, 100,000 after 19 seconds.
    expect(maxBacklog).toBeGreaterThan(850_000);
    expect(maxBacklog).toBeLessThan(950_000);
    expect(drainedAfterS).toBeLessThan(30);
  });

  it("simulateQueue returns throttled records after their wait, and names the service that throttles", () => {
    const result = simulateQueue({ ...MODEL, services: [{ name: "index", eventsPerS: 500 }] });
    expect(result.drainedAfterS).toBeGreaterThan(119);
    expect(result.throttled).toBeGreaterThan(20_000);
    expect(result.boundBy).toBe("index");
  });

  it("simulateQueue receives no more than the in-flight limit of SQS", () => {
    const result = simulateQueue({
      ...MODEL,
      arrivingPerS: () => 50_000,
      maxConcurrency: 1000,
      services: [{ name: "index", eventsPerS: 10 }],
      endsAtS: 60,
    });
    expect(result.drainedAfterS).toBeUndefined();
    expect(result.boundBy).toBe("index");
    // At most 120,000 wait at a time, each for 30 s.
    expect(result.throttled).toBeLessThan((120_000 / 30) * 86_400 * 1.01);
  });

  it("simulateQueue counts the events of a part of a step", () => {
    expect(simulateQueue({ ...MODEL, endsAtS: 6.1 }).events).toBeCloseTo(6100, 6);
    expect(simulateQueue({ ...MODEL, endsAtS: 0.1 }).events).toBeCloseTo(100, 6);
  });

  it("simulateQueue writes everything, in no less time than the narrowest part needs, and no later without a limit", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 200, max: 5000 }),
        (rate, maxConcurrency, eventsPerS) => {
          const model = { ...MODEL, arrivingPerS: () => rate, maxConcurrency };
          const limited = simulateQueue({ ...model, services: [{ name: "index", eventsPerS }] });
          const free = simulateQueue(model);
          expect(limited.events).toBeCloseTo(rate * 60, 3);
          const narrowest = Math.min(eventsPerS, maxConcurrency * 1000);
          for (const { drainedAfterS } of [limited, free]) expect(drainedAfterS).toBeDefined();
          expect(limited.drainedAfterS).toBeGreaterThanOrEqual((rate * 60) / narrowest - 0.25);
          expect(free.drainedAfterS).toBeLessThanOrEqual(limited.drainedAfterS ?? 0);
        },
      ),
      { numRuns: 50 },
    );
  });
});
