const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** Rows as comma-separated values with a header, quoted as RFC 4180 has it; lines end as Unix tools like them. What is missing is an empty field. */
export function formatCsv(
  header: readonly string[] | undefined,
  rows: readonly (readonly (string | number | boolean | undefined)[])[],
): string {
  const lines = header === undefined ? rows : [header, ...rows];
  return lines.map((row) => `${row.map(field).join(",")}\n`).join("");
}

function field(value: string | number | boolean | undefined): string {
  const text = String(value ?? "");
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
