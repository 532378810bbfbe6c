/** Returns a text for a cell of a table: neither a bar nor what looks like an element of HTML. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
