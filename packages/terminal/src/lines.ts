import { printable } from "./printable.ts";

/** A name, and what stands behind it. */
export type Line = readonly [name: string, value: string];

/** Names and values, one pair a line, the values below each other; `dress` may colour a value. */
export function formatLines(
  lines: readonly Line[],
  width: number,
  dress: (shown: string, name: string) => string = (shown) => shown,
): string {
  return lines.map(([name, value]) => `${name.padEnd(width)} ${dress(printable(value), name)}`).join("\n");
}
