import { expect, it, test } from "@jest/globals";
import { dropsIn, faultTransitions, isSameDisconnect } from "./faults.ts";

/** Changes of state: `7` connects at second 7, `-7` disconnects then. */
const changes = (...atS: readonly number[]) =>
  atS.map((at) => ({
    atMs: Math.abs(at) * 1000,
    state: at < 0 ? ("offline" as const) : ("online" as const),
  }));

test.each([
  [1000, 1000, true],
  [1000, 3000, true],
  [3000, 1000, true],
  [1000, 3001, false],
  [3001, 1000, false],
])("disconnects at %i and %i are the same: %j", (aMs, bMs, expected) => {
  expect(isSameDisconnect(aMs, bMs)).toBe(expected);
});

test.each([
  ["nothing is excused", [], [1, -10, 20, -30], [1, -10, 20, -30]],
  ["one is, so the node was online meanwhile", [10_000], [1, -10, 20, -30], [1, -30]],
  ["one is that AWS IoT saw a little later", [12_000], [1, -10, 20, -30], [1, -30]],
  ["one is at another time", [13_000], [1, -10, 20, -30], [1, -10, 20, -30]],
  ["all are", [10_000, 30_000], [1, -10, 20, -30], [1]],
  ["a connect is at the time of one", [20_000], [1, -10, 20, -30], [1, -10, 20, -30]],
])("of the changes are faults, if %s", (_, excused, all, expected) => {
  expect(faultTransitions({ transitions: changes(...all), excused })).toEqual(changes(...expected));
});

it("a node has dropped if it is not back within a second", () => {
  expect(dropsIn(changes(1, -5, 5.999, -10, 11, -20))).toEqual([10_000, 20_000]);
  expect(dropsIn([])).toEqual([]);
});
