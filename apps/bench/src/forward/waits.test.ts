import { expect, it } from "@jest/globals";
import { DEFAULT_SCHEDULE } from "@rainhooks/forwarding";
import { hopsOf } from "./waits.ts";

it("a wait takes a hop for each 15 minutes of it that have begun", () => {
  expect(DEFAULT_SCHEDULE.map(hopsOf)).toEqual([1, 1, 2, 8, 20, 40, 40]);
  expect([900, 901].map(hopsOf)).toEqual([1, 2]);
});
