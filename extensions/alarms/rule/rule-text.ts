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

/** A bound of the values of a series. */
export interface Bound {
  readonly value: number;
  /** Such as `above 30`. */
  readonly text: string;
}

/** Returns the bounds of a rule, if it has some. */
export function boundsOf(rule: unknown): Bound[] {
  return Object.entries(rule as object).flatMap(([field, value]) =>
    (field === "above" || field === "below") && typeof value === "number"
      ? [{ value, text: `${field} ${value}` }]
      : [],
  );
}
