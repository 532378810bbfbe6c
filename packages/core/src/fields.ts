import { durationMs } from "./duration-text.ts";
import { describeValue } from "./json.ts";

/** A field of input that may be wrong: its value, or what is wrong with it. */
export type Field<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistake: string };

export function right<T>(value: T): Field<T> {
  return { ok: true, value };
}

/**
 * Returns a field without a value.
 *
 * @param mistake What is wrong with it.
 */
export function wrong(mistake: string): Field<never> {
  return { ok: false, mistake };
}

/** Control characters and half surrogate pairs have no place in what people read. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/**
 * Returns true for a text without control characters and without half surrogate pairs.
 */
function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text);
}

/*
 * What people write in destinations and alarm rules, field by field.
 */

/** Reads a field. What is wrong with it follows its name: "must be true or false, not 7". */
export type FieldReader<T> = (value: unknown) => Field<T>;

function reader<T>(rule: string, find: (value: unknown) => T | undefined): FieldReader<T> {
  return (value) => {
    const found = find(value);
    return found === undefined ? wrong(`must be ${rule}, not ${describeValue(value)}`) : right(found);
  };
}

/** Returns a reader of texts of printable characters. */
export function textField({
  min = 1,
  max,
}: {
  readonly min?: number;
  readonly max: number;
}): FieldReader<string> {
  return reader(`a text of ${min} to ${max} printable characters`, (value) =>
    typeof value === "string" && value.length >= min && value.length <= max && isPrintable(value)
      ? value
      : undefined,
  );
}

/**
 * Returns a reader of texts with a pattern.
 *
 * @param rule What the pattern says: "up to 30 letters".
 */
export function patternField(pattern: RegExp, rule: string): FieldReader<string> {
  return reader(rule, (value) => (typeof value === "string" && pattern.test(value) ? value : undefined));
}

/** Returns a reader of one of some texts. */
export function choiceField<const T extends string>(choices: readonly T[]): FieldReader<T> {
  return reader(`one of ${choices.join(", ")}`, (value) => choices.find((one) => one === value));
}

export function numberField(min: number, max: number): FieldReader<number> {
  return reader(`a number from ${min} to ${max}`, (value) =>
    typeof value === "number" && value >= min && value <= max ? value : undefined,
  );
}

/** Returns a reader of whole numbers from `min` to `max`. */
export function countField(min: number, max: number): FieldReader<number> {
  return reader(`a whole number from ${min} to ${max}`, (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max ? value : undefined,
  );
}

/** Reads true or false. */
export const flagField: FieldReader<boolean> = reader("true or false", (value) =>
  typeof value === "boolean" ? value : undefined,
);

/** Returns a reader of durations such as `10m`, from `min` to `max`, in milliseconds. */
export function durationField(min: string, max: string): FieldReader<number> {
  const [minMs = 0, maxMs = 0] = [durationMs(min), durationMs(max)];
  return reader(`a time from ${min} to ${max}, such as 10m or 2h`, (value) => {
    const ms = typeof value === "string" ? durationMs(value) : undefined;
    return ms !== undefined && ms >= minMs && ms <= maxMs ? ms : undefined;
  });
}

/** Returns a reader of lists without repetitions; the first mistake in an entry is that of the list. */
export function listField<T>(
  { min = 0, max, of = "" }: { readonly min?: number; readonly max: number; readonly of?: string },
  readOne: FieldReader<T>,
): FieldReader<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length < min || value.length > max)
      return wrong(
        `must be a list of ${min === 0 ? "up" : min} to ${max}${of === "" ? "" : ` ${of}`}, not ${describeValue(value)}`,
      );
    const entries = new Set<T>();
    for (const [index, one] of value.entries()) {
      const entry = readOne(one);
      if (!entry.ok) return wrong(`[${index}] ${entry.mistake}`);
      entries.add(entry.value);
    }
    return right([...entries]);
  };
}
