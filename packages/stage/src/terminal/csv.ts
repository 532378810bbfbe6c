import { printableLines } from "./printable.ts";

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;
/**
 * Texts that a spreadsheet would run as a formula, which could send data to other sites; some skip
 * what cannot be seen, or read full-width signs.
 */
const FORMULA = /^[\s\p{C}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;

/**
 * Formats rows as comma-separated values with a header and quotes as in RFC 4180, and Unix line
 * ends. A missing value is an empty field. Texts come from devices: formulas get an apostrophe in
 * front, and control characters are replaced by the replacement character.
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
