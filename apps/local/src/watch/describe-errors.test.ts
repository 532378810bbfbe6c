import { expect, it, test } from "@jest/globals";
import { describeErrors } from "./watch.ts";

const location = {
  file: "apps/a/src/handler.ts",
  line: 3,
  column: 9,
  lineText: "  const x = ;",
  namespace: "",
  length: 1,
  suggestion: "",
};

test.each([
  [
    "an error with its place",
    [{ text: "Unexpected", location }],
    "apps/a/src/handler.ts:3:10: Unexpected\n    const x = ;",
  ],
  [
    "the first of several errors",
    [
      { text: "One", location },
      { text: "Two", location },
    ],
    "apps/a/src/handler.ts:3:10: One (and 1 more)\n    const x = ;",
  ],
  ["an error without a place", [{ text: "No entry", location: null }], "No entry"],
])("a build that failed is described by %s", (_, errors, expected) => {
  expect(describeErrors(errors)).toBe(expected);
});

it("a build that failed shows code safely, and in two short lines", () => {
  const evil = `\u001b[2J${"x".repeat(10_000)}`;
  const text = describeErrors([{ text: evil, location: { ...location, lineText: evil } }]);
  expect(text.split("\n")).toHaveLength(2);
  expect(text.length).toBeLessThan(700);
  expect(text).not.toContain("\u001b");
});
