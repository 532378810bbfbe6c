import { describe, expect, test } from "@jest/globals";
import type { Classified } from "./classify.ts";
import { recordsOfOneNode } from "./one-node.ts";

const item = (nodeId?: string): Classified<string> => ({
  ...{ outcome: "item", item: { id: "i", value: "" }, atMs: 0 },
  nodeId,
});
const many = (count: number, of: (index: number) => Classified<string>) =>
  Array.from({ length: count }, (_, i) => of(i));

describe("recordsOfOneNode", () => {
  test.each<[string, Classified<string>[], number | undefined]>([
    ["ten records of one node", many(10, () => item("a")), 10],
    ["nine records of one node", many(9, () => item("a")), undefined],
    ["a tenth of all", [...many(20, () => item("a")), ...many(180, (i) => item(`n${i}`))], 20],
    [
      "less than a tenth of all",
      [...many(20, () => item("a")), ...many(181, (i) => item(`n${i}`))],
      undefined,
    ],
    ["the busiest of two", [...many(12, () => item("a")), ...many(15, () => item("b"))], 15],
    ["records about no node", many(30, () => item()), undefined],
    ["no records", [], undefined],
  ])("%s", (_, records, expected) => {
    expect(recordsOfOneNode(records)).toBe(expected);
  });
});
