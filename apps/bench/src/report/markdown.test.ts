import { expect, test } from "@jest/globals";
import { fixed, markdownTable } from "./markdown.ts";

test("a table has aligned columns and readable numbers", () => {
  expect(markdownTable(["job", "events/s"], [["archive", 57_261]])).toBe(
    ["| job     | events/s |", "| ------- | -------- |", "| archive | 57,261   |"].join("\n"),
  );
  expect(markdownTable(["what"], [["zcat | wc"]])).toContain("| zcat \\| wc |");
  expect(fixed(1234.5, 2)).toBe("1,234.50");
});
