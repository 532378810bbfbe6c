import { printableLine } from "@rainhooks/stage/terminal/printable";

/** Maximum number of similar lines that are printed. */
const MAX_ALIKE = 3;
const MAX_REMEMBERED = 1000;

/**
 * Creates a function that prints problems, one per line, without control characters. Similar
 * problems, as on a full disk, are printed up to three times, and identical ones once.
 */
export function problemLines(writeLine: (line: string) => void): (text: string) => void {
  const counts = new Map<string, number>();
  const said = new Set<string>();
  return (text) => {
    if (said.has(text)) return;
    if (said.size < MAX_REMEMBERED) said.add(text);
    const reason = text.slice(text.lastIndexOf(": ") + 1);
    const count = (counts.get(reason) ?? 0) + 1;
    counts.set(reason, count);
    if (count <= MAX_ALIKE) writeLine(`! ${printableLine(text)}`);
    if (count === MAX_ALIKE) writeLine("! (more lines like this one are not shown)");
  };
}
