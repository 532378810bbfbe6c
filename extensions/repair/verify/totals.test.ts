import { expect, it } from "@jest/globals";
import type { FactDifference } from "./compare-node.ts";
import { Totals } from "./report.ts";

const UNJUDGED = { older: 0, rules: 0, unreadable: 0 };

function differencesOf(lengths: readonly number[]): FactDifference[] {
  return lengths.map((length, index) => ({
    kind: "wrong",
    nodeId: `node-${index}`,
    name: "config",
    what: "config",
    archived: "a".repeat(length),
    stored: "s",
  }));
}

it("Totals counts all differences, and keeps the first: as many as can be sent in one response of a function", () => {
  const added = (differences: readonly FactDifference[]) => {
    const totals = new Totals();
    totals.addNode({
      compared: 500,
      differences: [...differences],
      unjudged: UNJUDGED,
      older: [],
      expired: 0,
    });
    return { counted: totals.counts.differentFacts, kept: totals.differences.length };
  };
  expect(added(differencesOf(Array(300).fill(10)))).toEqual({ counted: 300, kept: 100 });
  expect(added(differencesOf(Array(50).fill(200_000)))).toEqual({ counted: 50, kept: 4 });
  expect(added(differencesOf([3_000_000, 10]))).toEqual({ counted: 2, kept: 1 });
});
