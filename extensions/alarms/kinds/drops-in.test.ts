import { expect, it } from "@jest/globals";
import { dropsIn } from "../kinds/connection.ts";

/** Changes of state: `7` connects at second 7, `-7` disconnects then. */
const changes = (...atS: readonly number[]) =>
  atS.map((at) => ({
    atMs: Math.abs(at) * 1000,
    state: at < 0 ? ("offline" as const) : ("online" as const),
  }));

it("a node has dropped if it is not back within a second", () => {
  expect(dropsIn(changes(1, -5, 5.999, -10, 11, -20))).toEqual([10_000, 20_000]);
  expect(dropsIn([])).toEqual([]);
});
