import { durationMs } from "./duration-text.ts";
import { describeValue } from "./json.ts";

/** A field of input that may be wrong: its value, or what is wrong with it. */
export type Field<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistake: string };

/**
 * Returns a field with a value.
 *
 * @example
 * ```ts
 * import { right } from "@rainhooks/core";
 *
 * console.log(right(7)); // { ok: true, value: 7 }
 * ```
 */
export function right<T>(value: T): Field<T> {
  return { ok: true, value };
}

/**
 * Returns a field without a value.
 *
 * @param mistake What is wrong with it.
 *
 * @example
 * ```ts
 * import { wrong } from "@rainhooks/core";
 *
 * console.log(wrong("must be a number")); // { ok: false, mistake: 'must be a number' }
 * ```
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

/**
 * Returns a reader of texts of printable characters.
 *
 * @example
 * ```ts
 * import { textField } from "@rainhooks/core/fields";
 *
 * console.log(textField({ max: 10 })("hall")); // { ok: true, value: 'hall' }
 * ```
 */
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
 *
 * @example
 * ```ts
 * import { patternField } from "@rainhooks/core/fields";
 *
 * console.log(patternField(/^[a-z]+$/, "lower-case letters")("hall")); // { ok: true, value: 'hall' }
 * ```
 */
export function patternField(pattern: RegExp, rule: string): FieldReader<string> {
  return reader(rule, (value) => (typeof value === "string" && pattern.test(value) ? value : undefined));
}

/**
 * Returns a reader of one of some texts.
 *
 * @example
 * ```ts
 * import { choiceField } from "@rainhooks/core/fields";
 *
 * console.log(choiceField(["up", "down"])("up")); // { ok: true, value: 'up' }
 * ```
 */
export function choiceField<const T extends string>(choices: readonly T[]): FieldReader<T> {
  return reader(`one of ${choices.join(", ")}`, (value) => choices.find((one) => one === value));
}

/**
 * Returns a reader of numbers from `min` to `max`.
 *
 * @example
 * ```ts
 * import { numberField } from "@rainhooks/core/fields";
 *
 * console.log(numberField(0, 1)(0.5)); // { ok: true, value: 0.5 }
 * ```
 */
export function numberField(min: number, max: number): FieldReader<number> {
  return reader(`a number from ${min} to ${max}`, (value) =>
    typeof value === "number" && value >= min && value <= max ? value : undefined,
  );
}

/**
 * Returns a reader of whole numbers from `min` to `max`.
 *
 * @example
 * ```ts
 * import { countField } from "@rainhooks/core/fields";
 *
 * console.log(countField(1, 9)(0)); // { ok: false, mistake: 'must be a whole number from 1 to 9, not 0' }
 * ```
 */
export function countField(min: number, max: number): FieldReader<number> {
  return reader(`a whole number from ${min} to ${max}`, (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max ? value : undefined,
  );
}

/** Reads true or false. */
export const flagField: FieldReader<boolean> = reader("true or false", (value) =>
  typeof value === "boolean" ? value : undefined,
);

/**
 * Returns a reader of durations such as `10m`, from `min` to `max`, in milliseconds.
 *
 * @example
 * ```ts
 * import { durationField } from "@rainhooks/core/fields";
 *
 * console.log(durationField("1m", "1d")("10m")); // { ok: true, value: 600000 }
 * ```
 */
export function durationField(min: string, max: string): FieldReader<number> {
  const [minMs = 0, maxMs = 0] = [durationMs(min), durationMs(max)];
  return reader(`a time from ${min} to ${max}, such as 10m or 2h`, (value) => {
    const ms = typeof value === "string" ? durationMs(value) : undefined;
    return ms !== undefined && ms >= minMs && ms <= maxMs ? ms : undefined;
  });
}

/**
 * Returns a reader of lists without repetitions; the first mistake in an entry is that of the list.
 *
 * @example
 * ```ts
 * import { countField, listField } from "@rainhooks/core/fields";
 *
 * console.log(listField({ max: 5 }, countField(1, 9))([3, 3, 4])); // { ok: true, value: [ 3, 4 ] }
 * ```
 */
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
