/** Formats a table of Markdown whose columns are aligned. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const texts = [header, header.map(() => ""), ...rows.map((row) => row.map(cellText))];
  const widths = header.map((_, column) => Math.max(3, ...texts.map((row) => (row[column] ?? "").length)));
  const lines = texts.map((row, index) =>
    widths.map((width, column) => (index === 1 ? "-".repeat(width) : (row[column] ?? "").padEnd(width))),
  );
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cellText(cell: string | number): string {
  return typeof cell === "number" ? cell.toLocaleString("en-US") : cell.replaceAll("|", "\\|");
}

/** Returns a number with some digits after the point. */
export function fixed(value: number, digits: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
