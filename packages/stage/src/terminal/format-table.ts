import { printable } from "./printable.ts";

/** The content of a cell. */
export type Cell = string | number;

/** Formats the padded text of a cell, such as with a colour; it must not change the visible width. */
export type Paint = (padded: string, cell: Cell, column: number) => string;

/** Formats rows in columns as wide as their widest cell; numbers are right-aligned. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  paint: Paint = (padded) => padded,
): string {
  const titles = header.map(printable);
  const cells = rows.map((row) => row.map((cell) => printable(String(cell))));
  const widths = titles.map((title, column) =>
    cells.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), title.length),
  );
  const numeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"),
  );
  const pad = (text: string, column: number) => {
    if (numeric[column]) return text.padStart(widths[column] ?? 0);
    return column === header.length - 1 ? text : text.padEnd(widths[column] ?? 0);
  };
  return [
    titles.map(pad).join("  ").trimEnd(),
    ...cells.map((row, index) =>
      row
        .map((text, column) => paint(pad(text, column), rows[index]?.[column] ?? "", column))
        .join("  ")
        .trimEnd(),
    ),
  ].join("\n");
}
