import type { StageOutputs } from "../outputs.ts";
import { printable } from "./printable.ts";

/** A name and its value. */
export type Line = readonly [name: string, value: string];

/**
 * Formats names and values, one pair per line, with aligned values; `dress` may colour a value. False leaves
 * a line out.
 */
export function formatLines(
  lines: readonly (Line | false)[],
  width: number,
  dress: (shown: string, name: string) => string = (shown) => shown,
): string {
  const shown = lines.filter((line) => line !== false);
  return shown.map(([name, value]) => `${name.padEnd(width)} ${dress(printable(value), name)}`).join("\n");
}

/** Says from which subnets functions connect to others, if they are in a network. */
export function egressLines({ egress }: StageOutputs): Line[] {
  if (egress === undefined) return [];
  return [["connects from", `${egress.subnetIds.join(", ")} (${egress.functions.join(", ")})`]];
}
