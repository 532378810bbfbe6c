import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { costTables } from "@rainhooks/extensions/capacity/stack/cost/tables";
import { PROGRAM } from "@rainhooks/infra/program";

const DEPLOY = readFileSync(new URL("../../../../docs/deploy.md", import.meta.url), "utf8");

it("docs/deploy.md has the costs that npm run cost prints", () => {
  const rows = DEPLOY.split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  for (const { headers, rows: costs } of costTables({ ...PROGRAM, typed: String }))
    for (const row of [headers, ...costs]) expect(rows).toContainEqual(row);
});
