import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { CHECKS } from "./checks.ts";

const DOCS = join(import.meta.dirname, "../../docs");

test.each(CHECKS.map(({ name, page }) => [name, page]))(
  "the page of %s is there, with its section",
  (_, page) => {
    const [path = "", section] = page.split("#");
    const headings = readFileSync(join(DOCS, path), "utf8").match(/^#+ .+$/gm) ?? [];
    const names = headings.map((one) => one.replace(/^#+ /, "").toLowerCase().replaceAll(" ", "-"));
    if (section !== undefined) expect(names).toContain(section);
  },
);

test("no two checks have the same name", () => {
  const names = CHECKS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
