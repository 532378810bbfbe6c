import type { Rule } from "./rule.ts";

/**
 * Returns the JSON of a rule that `readRule` reads as the same rule: times as texts, under the names of their
 * fields. It does not use the readers of the fields: they would load CEL into functions that only show rules.
 */
export function ruleJson(rule: Rule): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(rule).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return typeof value === "number" && name.endsWith(MS)
        ? [[name.slice(0, -MS.length), durationTextOf(value)]]
        : [[name, value]];
    }),
  );
}

/** The end of the names of times in a {@link Rule}. */
const MS = "Ms";

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

function durationTextOf(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, length]) => ms % length === 0 && ms > 0) ?? ["s", 1000];
  return `${ms / unitMs}${unit}`;
}
