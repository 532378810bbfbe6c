import { describeValue, durationMs, type Field, isPrintable, right, wrong } from "@rainhooks/core";
import { type ConditionScope, conditionMistake } from "../condition/language.ts";

/** Reads a name: it is part of ids and of commands. */
export function nameField(value: unknown): Field<string> {
  return typeof value === "string" && /^[a-z][a-z0-9-]{0,49}$/.test(value)
    ? right(value)
    : wrong(
        `must be 1 to 50 lower-case letters, digits and dashes, the first one a letter, not ${describeValue(value)}`,
      );
}

/** Reads a text of printable characters. */
export function textField(max: number): (value: unknown) => Field<string> {
  return (value) =>
    typeof value === "string" && value.length > 0 && value.length <= max && isPrintable(value)
      ? right(value)
      : wrong(`must be a text of 1 to ${max} printable characters, not ${describeValue(value)}`);
}

/** Reads one of some texts. */
export function choiceField<T extends string>(choices: readonly T[]): (value: unknown) => Field<T> {
  return (value) => {
    const choice = choices.find((one) => one === value);
    return choice === undefined
      ? wrong(`must be one of ${choices.join(", ")}, not ${describeValue(value)}`)
      : right(choice);
  };
}

/** Reads a number from `min` to `max`. */
export function numberField(min: number, max: number): (value: unknown) => Field<number> {
  return (value) =>
    typeof value === "number" && value >= min && value <= max
      ? right(value)
      : wrong(`must be a number from ${min} to ${max}, not ${describeValue(value)}`);
}

/** Reads a whole number from `min` to `max`. */
export function countField(min: number, max: number): (value: unknown) => Field<number> {
  return (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
      ? right(value)
      : wrong(`must be a whole number from ${min} to ${max}, not ${describeValue(value)}`);
}

/** Reads true or false. */
export function flagField(value: unknown): Field<boolean> {
  return typeof value === "boolean"
    ? right(value)
    : wrong(`must be true or false, not ${describeValue(value)}`);
}

/** Reads a duration such as `10m`, from `min` to `max`, in milliseconds. */
export function durationField(min: string, max: string): (value: unknown) => Field<number> {
  return (value) => {
    const ms = typeof value === "string" ? durationMs(value) : undefined;
    return ms !== undefined && ms >= (durationMs(min) ?? 0) && ms <= (durationMs(max) ?? 0)
      ? right(ms)
      : wrong(`must be a time from ${min} to ${max}, such as 10m or 2h, not ${describeValue(value)}`);
  };
}

/** Maximum number of destinations of a rule. */
const MAX_DESTINATIONS = 20;

/** Reads a list of names of destinations. */
export function destinationsField(value: unknown): Field<readonly string[]> {
  const isName = (one: unknown) => typeof one === "string" && /^[\w-]{1,64}$/.test(one);
  return Array.isArray(value) && value.length > 0 && value.length <= MAX_DESTINATIONS && value.every(isName)
    ? right([...new Set(value.map(String))])
    : wrong(`must be a list of 1 to ${MAX_DESTINATIONS} names of destinations, not ${describeValue(value)}`);
}

/** Reads a condition in CEL. */
export function conditionField(scope: ConditionScope): (value: unknown) => Field<string> {
  return (value) => {
    if (typeof value !== "string") return wrong(`must be a CEL expression, not ${describeValue(value)}`);
    const mistake = conditionMistake(value, scope);
    return mistake === undefined ? right(value) : wrong(mistake);
  };
}
