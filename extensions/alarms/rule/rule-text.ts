import type { Rule } from "./rule.ts";

/** Fields of a rule that do not say what it looks for. */
const OTHERS = ["name", "description", "severity", "destinations", "reAlarm", "latch"];

/**
 * Says in one line what a rule looks for, such as `threshold, series Room.Temperature, above 30`.
 *
 * @param others Fields that are left out. @defaultValue those that do not say what it looks for
 */
export function ruleText(rule: unknown, others: readonly string[] = OTHERS): string {
  return Object.entries(rule as object)
    .filter(([field]) => !others.includes(field))
    .map(([field, value]) => (field === "kind" ? String(value) : `${field} ${String(value)}`))
    .join(", ");
}

/**
 * Returns the bounds of the values of a rule, if it has some, each with its text, such as `above
 * 30`.
 */
export function boundsOf(rule: unknown) {
  return Object.entries(rule as object).flatMap(([field, value]) =>
    (field === "above" || field === "below") && typeof value === "number"
      ? [{ value, text: `${field} ${value}` }]
      : [],
  );
}

/**
 * Returns the JSON of a rule that `readRule` reads as the same rule: times as texts, under the
 * names of their fields. It does not use the readers of the fields: they would load CEL into
 * functions that only show rules.
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
