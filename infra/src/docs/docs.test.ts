import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import type { CostTable } from "../cost/table.ts";
import { costTables } from "../cost/tables.ts";
import { alarmsPage } from "./alarms-page.ts";
import { stageFields } from "./fields.ts";
import { fieldsPage } from "./fields-page.ts";
import { withKeptTable } from "./kept-table.ts";

/** Tables are padded when the page is formatted. */
const narrow = (page: string) => page.replace(/ {2,}/g, " ").replace(/-{3,}/g, "---");
const read = (name: string) => readFileSync(join(import.meta.dirname, "../../../docs", name), "utf8");

it("docs/stage-fields.md is what npm run fields writes, and every field is explained", () => {
  const fields = stageFields();
  expect(fields.length).toBeGreaterThan(60);
  expect(fields.filter(({ text, defaultValue }) => text === "" && defaultValue === "")).toEqual([]);
  expect(read("stage-fields.md")).toBe(fieldsPage(fields));
});

it("docs/stage-alarms.md is what npm run fields writes, and has every alarm once", () => {
  const page = alarmsPage();
  expect(read("stage-alarms.md")).toBe(page);
  for (const name of [
    "<function>-late",
    "<function>-dropped",
    "<table>-table",
    "archive-conversion",
    "destinations-paused",
  ])
    expect(page.split(`\n| \`${name}\` |`)).toHaveLength(2);
  expect(page).not.toMatch(/\| `(archive|hello|attempts)-(late|failing)/);
});

it("docs/personal-data.md says of each store how long it keeps what, as npm run fields writes it", () => {
  const page = read("personal-data.md");
  expect(narrow(withKeptTable(page))).toBe(narrow(page));
  expect(page.match(/^\| table `/gm)?.length).toBeGreaterThan(12);
});

it("docs/deploy.md has the costs that npm run cost prints", () => {
  const rows = read("deploy.md")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  for (const { headers, rows: costs } of Object.values<CostTable>({ ...costTables() }))
    for (const row of [headers, ...costs]) expect(rows).toContainEqual(row);
});
