import { expect, it } from "@jest/globals";
import { queueResult } from "./load.ts";

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
