import type { Cell } from "./format-table.ts";
import { printable, shortenText } from "./printable.ts";

const GAP = 2;
/** Cells are not cut below this width. */
const MIN_WIDTH = 10;

/**
 * Cuts the widest columns of a table, so that its rows fit into a terminal. Titles and numbers stay whole,
 * and so does what is short.
 *
 * @param width Of the terminal, in characters.
 */
export function fitCells(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  width: number,
): readonly (readonly Cell[])[] {
  const widths = header.map((title, column) =>
    rows.reduce((widest, row) => Math.max(widest, lengthOf(row[column])), title.length),
  );
  const limits = limitsOf(widths, width - GAP * (header.length - 1));
  if (limits.every((limit, column) => limit === widths[column])) return rows;
  return rows.map((row) =>
    row.map((cell, column) =>
      typeof cell === "number"
        ? cell
        : shortenText(printable(cell), Math.max(limits[column] ?? 0, header[column]?.length ?? 0)),
    ),
  );
}

function lengthOf(cell: Cell = ""): number {
  return typeof cell === "number" ? String(cell).length : printable(cell).length;
}

/**
 * Returns the widths of columns that fit into a room: the widest one is cut first, so that ids stay whole
 * beside a body.
 */
function limitsOf(widths: readonly number[], room: number): readonly number[] {
  const limits = [...widths];
  let tooMuch = widths.reduce((sum, one) => sum + one, 0) - room;
  for (const column of [...widths.keys()].sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))) {
    const one = widths[column] ?? 0;
    const cut = Math.min(Math.max(0, tooMuch), Math.max(0, one - MIN_WIDTH));
    limits[column] = one - cut;
    tooMuch -= cut;
  }
  return limits;
}
