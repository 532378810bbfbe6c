import { expect, it } from "@jest/globals";
import type { FactDifference } from "./compare-node.ts";
import { type Evidence, explainDifferences } from "./explain.ts";

const DIFFERENCE: FactDifference = {
  nodeId: "kitchen",
  name: "field config",
  what: "config",
  kind: "wrong",
  archived: "1",
  stored: "2",
};

function found(difference: number, id: string, key: string, line: number): Evidence {
  return { difference, delivery: { id, sentAtMs: 1, type: "alert", key, line } };
}

it("explainDifferences shows the first deliveries of each difference in the order of the archive, each once, whichever thread has found them first", () => {
  const many = Array.from({ length: 8 }, (_, index) => found(1, `d-${index}`, "b", 8 - index));
  const all = [
    found(0, "late", "b", 1),
    found(0, "early", "a", 9),
    found(0, "early", "c", 1),
    ...many,
  ];
  const [first, second, third] = explainDifferences([DIFFERENCE, DIFFERENCE, DIFFERENCE], all);
  expect(first).toMatchObject(DIFFERENCE);
  expect(first?.deliveries.map(({ id }) => id)).toEqual(["early", "late"]);
  expect(second?.deliveries.map(({ id }) => id)).toEqual(["d-7", "d-6", "d-5", "d-4", "d-3"]);
  expect(third?.deliveries).toEqual([]);
});
