import { expect, it } from "@jest/globals";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { queueResult, workerLoad } from "./load.ts";

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

it("workerLoad says whether a worker keeps up with the events of a fleet, and what it would need", () => {
  const alerts = workerLoad(attempts, ["rmaker.event.alert"], 1_000_000);
  expect(alerts).toMatchObject({ evening: { boundBy: "nothing" }, neededConcurrency: 1, storm: undefined });
  const readings = workerLoad(attempts, ["rmaker.event.node_ts_data"], 1_000_000);
  expect(readings.eveningPerS).toBeCloseTo(3333, 0);
  expect(readings).toMatchObject({ evening: { boundBy: "concurrency" }, neededConcurrency: 47 });
});

it("workerLoad simulates a storm of connects and disconnects", () => {
  const { storm } = workerLoad(attempts, ["rmaker.event.node_connected"], 100_000);
  // 100,000 events at 1,786 a second.
  expect(storm?.drainedAfterS).toBeGreaterThan(55);
  expect(storm?.drainedAfterS).toBeLessThan(75);
});

it.each([
  [
    "what arrives is written at once if nothing is slower",
    1000,
    { drainedAfterS: 60, maxAgeS: 0, maxBacklog: 0, boundBy: "nothing" },
  ],
  [
    "what takes the fewest events decides",
    4000,
    { drainedAfterS: 120, maxAgeS: 60, maxBacklog: 120_000, boundBy: "index" },
  ],
])("queueResult: %s", (_, perS, expected) => {
  const takers = [
    { name: "concurrency", eventsPerS: 3000 },
    { name: "index", eventsPerS: 2000 },
  ];
  expect(queueResult(perS, 60, takers)).toEqual(expected);
});
