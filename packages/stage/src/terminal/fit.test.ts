import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { fitCells } from "./fit.ts";
import { formatTable } from "./format-table.ts";

describe("a table in a terminal", () => {
  const body = "{".repeat(300);

  it("a table has its longest cells cut, and the others whole", () => {
    const rows = [
      ["2026-11-24 10:00:00", "esp_rainmaker_sns_node_alert", body],
      ["2026-11-24 10:00:01", "short", "{}"],
    ];
    const shown = formatTable(["sent_at", "topic", "body"], fitCells(["sent_at", "topic", "body"], rows, 80));
    expect(shown.split("\n").map(({ length }) => length)).toEqual([55, 80, 53]);
    expect(shown).toContain("esp_rainmaker_sns_node_alert  {{{");
    expect(shown).toContain("{…");
  });

  it("a table is unchanged if it fits, and no cell is cut to nothing", () => {
    const rows = [[1, "a"]];
    expect(fitCells(["n", "text"], rows, 80)).toBe(rows);
    expect(fitCells(["n", "text"], [[1, body]], 3)).toEqual([[1, `${"{".repeat(9)}…`]]);
  });

  it("a table is never wider than the terminal if titles and numbers leave room", () => {
    const cell = fc.oneof(fc.string(), fc.nat(9999), fc.string({ minLength: 40, maxLength: 200 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell)), fc.integer({ min: 40, max: 200 }), (rows, width) => {
        const header = ["a", "bb", "ccc"];
        for (const line of formatTable(header, fitCells(header, rows, width)).split("\n"))
          expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});
