import { expect, test } from "@jest/globals";
import type { DestinationState } from "../destinations/destination.ts";
import { conditionOf } from "./health.ts";

test.each<[DestinationState, number | undefined, string]>([
  ["active", undefined, "active"],
  ["active", 0, "active"],
  ["active", 1, "failing"],
  ["paused", 8785, "paused"],
  ["disabled", 1, "disabled"],
])(
  "a destination that is %s, with %s failed attempts in a row, is %s",
  (state, failuresInRow, condition) => {
    expect(
      conditionOf({ state }, failuresInRow === undefined ? undefined : { failuresInRow }),
    ).toBe(condition);
  },
);
