import { printableLine } from "@rainhooks/terminal";

/** Lines of one kind that are shown before the rest of them are left out. */
const MAX_ALIKE = 3;
const MAX_REMEMBERED = 1000;

/**
 * Writes problems for people, a line each, with nothing in it that could steer their terminal. When the same thing goes wrong again
 * and again, as on a full disk, it is said three times at most, and in the same words once.
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
    if (count === MAX_ALIKE) writeLine("! (further lines like this one are left out)");
  };
}
