import { expect, test } from "@jest/globals";
import { readRule } from "../rule/read-rule.ts";
import { groupsOf } from "./hold.ts";

const NODE = { id: "n", tags: ["site:pune", "floor:2"], type: "light", firmware: "1.0" };

test.each([
  ["tag", undefined, ["tag:site:pune", "tag:floor:2"]],
  ["type", undefined, ["type:light"]],
  ["firmware", undefined, ["firmware:1.0"]],
  ["model", undefined, []],
  ["fleet", undefined, ["fleet"]],
  ["fleet", 'node.type == "light"', ["fleet"]],
  ["fleet", 'node.type == "fan"', []],
  ["tag", 'node.model == "x"', []],
] as const)("the groups of a node by %s where %s", (by, where, groups) => {
  const rule = readRule(JSON.stringify({ name: "r", kind: "outage", by, where }));
  expect(rule.kind === "outage" && groupsOf(rule, NODE)).toEqual(groups);
});
