import { expect, it } from "@jest/globals";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { simulateWorker } from "./worker.ts";

const attempts = {
  ...defineFunction({
    trigger: "queue",
    name: "attempts",
    description: "Makes attempts.",
    function: { memoryMiB: 1024 },
    batch: { size: 50, maxConcurrency: 20 },
  }),
  // 50 in 560 ms: 89 a second, 1,786 with 20 at once.
  load: { batchMs: 10, recordMs: 1, recordWaitMs: 10 },
} as const;

it("simulateWorker says whether a worker keeps up with the events of a fleet, and what it would need", () => {
  const alerts = simulateWorker(attempts, ["rmaker.event.alert"], 1_000_000);
  expect(alerts).toMatchObject({ evening: { boundBy: "nothing" }, neededConcurrency: 1, storm: undefined });
  const readings = simulateWorker(attempts, ["rmaker.event.node_ts_data"], 1_000_000);
  expect(readings.eveningPerS).toBeCloseTo(3333, 0);
  expect(readings).toMatchObject({ evening: { boundBy: "concurrency" }, neededConcurrency: 47 });
});

it("simulateWorker simulates a storm of connects and disconnects", () => {
  const { storm } = simulateWorker(attempts, ["rmaker.event.node_connected"], 100_000);
  // 100,000 events at 1,786 a second.
  expect(storm?.drainedAfterS).toBeGreaterThan(55);
  expect(storm?.drainedAfterS).toBeLessThan(75);
});
