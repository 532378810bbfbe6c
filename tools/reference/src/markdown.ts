/** Returns a text for a cell of a table: neither a bar nor what looks like an element of HTML. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

/** Returns a table of Markdown. A header may be empty. */
export function tableOf(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = headers.map((one) => (one === "" ? " " : ` ${one} `)).join("|");
  const lines = [headers.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return [`|${head}|`, ...lines].join("\n");
}
