import { expect, test } from "@jest/globals";
import { withReport } from "./page.ts";

test("a report replaces the one that is there, and nothing else", () => {
  const page = "before\n<!-- report -->\n\nold\n\n<!-- /report -->\nafter\n";
  expect(withReport(page, "new")).toBe("before\n<!-- report -->\n\nnew\n\n<!-- /report -->\nafter\n");
});

test("a page without marks is not overwritten", () => {
  expect(() => withReport("before\n", "new")).toThrow("no <!-- report -->");
});
