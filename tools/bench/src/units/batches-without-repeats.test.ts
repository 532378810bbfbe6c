import { expect, test } from "@jest/globals";
import { batchesWithoutRepeats } from "./batches-without-repeats.ts";

test("no batch has a key twice, and the order of the items of a key stays", () => {
  const items = ["a1", "a2", "b1", "c1", "b2", "a3", "d1"];
  expect(batchesWithoutRepeats(items, 3, ([key = ""]) => key)).toEqual([
    ["a1", "b1", "c1"],
    ["a2", "b2", "d1"],
    ["a3"],
  ]);
});
