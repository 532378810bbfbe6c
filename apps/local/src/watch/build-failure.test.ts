import { describe, expect, it, test } from "@jest/globals";
import { describeBuildFailure } from "./build-failure.ts";

const location = { file: "apps/a/src/handler.ts", line: 3, column: 9, lineText: "  const x = ;" };

describe("describeBuildFailure", () => {
  test.each<[string, unknown, string]>([
    [
      "an error with its place",
      { errors: [{ text: "Unexpected", location }] },
      "apps/a/src/handler.ts:3:10: Unexpected\n    const x = ;",
    ],
    [
      "the first of several errors",
      {
        errors: [
          { text: "One", location },
          { text: "Two", location },
        ],
      },
      "apps/a/src/handler.ts:3:10: One (and 1 more)\n    const x = ;",
    ],
    ["an error without a place", { errors: [{ text: "No entry", location: null }] }, "No entry"],
    ["any other error", new Error("a\nb"), "a b"],
    ["no errors at all", { errors: [] }, "[object Object]"],
    ["what is no error", { errors: [5] }, "[object Object]"],
  ])("describes %s", (_, error, expected) => {
    expect(describeBuildFailure(error)).toBe(expected);
  });

  it("prints code safely, and in two short lines", () => {
    const evil = `\u001b[2J${"x".repeat(10_000)}`;
    const text = describeBuildFailure({
      errors: [{ text: evil, location: { ...location, lineText: evil } }],
    });
    expect(text.split("\n")).toHaveLength(2);
    expect(text.length).toBeLessThan(700);
    expect(text).not.toContain("\u001b");
  });
});
