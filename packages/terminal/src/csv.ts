import { printableLines } from "./printable.ts";

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;
/** What a spreadsheet takes for the beginning of a formula, which could send what is beside it to anyone. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Rows as comma-separated values with a header, quoted as RFC 4180 has it; lines end as Unix tools like them. What is missing is
 * an empty field. Texts come from devices: one that a spreadsheet would run gets an apostrophe in front, and control characters
 * become replacement characters.
 */
export function formatCsv(
  header: readonly string[] | undefined,
  rows: readonly (readonly (string | number | boolean | undefined)[])[],
): string {
  const lines = header === undefined ? rows : [header, ...rows];
  return lines.map((row) => `${row.map(field).join(",")}\n`).join("");
}

function field(value: string | number | boolean | undefined): string {
  const text = typeof value === "string" ? harmless(value) : String(value ?? "");
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function harmless(value: string): string {
  return `${FORMULA.test(value) ? "'" : ""}${printableLines(value)}`;
}
