import { expect, test } from "@jest/globals";
import { withSection } from "./page.ts";

const PAGE = "before\n<!-- load -->\nold\n<!-- /load -->\nafter\n";

test("a section replaces the one before it, and nothing else", () => {
  expect(withSection(PAGE, "load", "new")).toBe(
    "before\n<!-- load -->\n\nnew\n\n<!-- /load -->\nafter\n",
  );
});

test("a page without the marks is an error", () => {
  expect(() => withSection(PAGE, "decode", "new")).toThrow("<!-- decode -->");
});
