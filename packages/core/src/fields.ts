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

/**
 * Returns what is wrong with the first wrong one of some fields, with its name; `undefined` if all
 * are right.
 */
export function firstMistake(fields: Readonly<Record<string, Field<unknown>>>): string | undefined {
  const [mistake] = Object.entries(fields).flatMap(([name, field]) =>
    field.ok ? [] : [`${name} ${field.mistake}`],
  );
  return mistake;
}

/** Splits a text at its commas; an empty one has no parts. */
export function commaList(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** Reads a field. What is wrong with it follows its name: "must be true or false, not 7". */
export type FieldReader<T> = (value: unknown) => Field<T>;

/**
 * A kind of what people write, wherever they do: in JSON, in the text of an option, a URL or a
 * variable, in the file of a stage. Called with a value of JSON, it reads that.
 */
export interface Kind<T> extends FieldReader<T> {
  /** Says what its values are: "a whole number from 1 to 5". */
  readonly rule: () => string;
  /** Reads a text that stands for a value: `7` for the number. */
  readonly text: (text: string) => Field<T>;
}

/**
 * What values are. One with numbers is made when it is read: functions load without the formats of
 * Intl.
 */
type Rule = string | (() => string);

/**
 * Makes a kind.
 *
 * @param find Returns the value that a value of JSON is; `undefined` if it is none.
 * @param written Returns the value of JSON that a text stands for. @defaultValue the text
 */
export function kind<T>(
  rule: Rule,
  find: (value: unknown) => T | undefined,
  written: (text: string) => unknown = (text) => text,
): Kind<T> {
  const ruleText = () => (typeof rule === "string" ? rule : rule());
  const field = (found: T | undefined, value: unknown) =>
    found === undefined
      ? wrong(`must be ${ruleText()}, not ${describeValue(value)}`)
      : right(found);
  const read = (value: unknown) => field(find(value), value);
  return Object.assign(read, {
    rule: ruleText,
    text: (text: string) => field(find(written(text)), text),
  });
}

/** Makes a kind of texts. */
export function textThat<T extends string>(rule: Rule, is: (text: string) => boolean): Kind<T> {
  const isOne = (value: unknown): value is T => typeof value === "string" && is(value);
  return kind(rule, (value) => (isOne(value) ? value : undefined));
}

/** Texts of printable characters. */
export function textField({
  min = 1,
  max,
}: {
  readonly min?: number;
  readonly max: number;
}): Kind<string> {
  return textThat(
    () => `a text of ${min} to ${numberText(max)} printable characters`,
    (text) => text.length >= min && text.length <= max && isPrintable(text),
  );
}

/**
 * Texts with a pattern.
 *
 * @param rule What the pattern says: "up to 30 letters".
 */
export function patternField(pattern: RegExp, rule: string): Kind<string> {
  return textThat(rule, (text) => pattern.test(text));
}

/** One of some texts. */
export function choiceField<const T extends string>(choices: readonly T[]): Kind<T> {
  return textThat(`one of ${choices.join(", ")}`, (text) => choices.some((one) => one === text));
}

/** A number as it is written. Without digits, it is no number. */
const numberOf = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));

/** Numbers from `min` to `max`; where that says little, `rule` says what they are. */
export function numberField(
  min: number,
  max: number,
  rule: Rule = () => `a number from ${rangeText(min, max)}`,
): Kind<number> {
  return kind(
    rule,
    (value) => (typeof value === "number" && value >= min && value <= max ? value : undefined),
    numberOf,
  );
}

/** Whole numbers from `min` to `max`. */
export function countField(min: number, max: number): Kind<number> {
  return kind(
    () => `a whole number from ${rangeText(min, max)}`,
    (value) =>
      Number.isInteger(value) && Number(value) >= min && Number(value) <= max
        ? Number(value)
        : undefined,
    (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
  );
}

function rangeText(min: number, max: number): string {
  return `${numberText(min)} to ${numberText(max)}`;
}

function numberText(value: number): string {
  return value.toLocaleString("en-US", { useGrouping: "min2", maximumSignificantDigits: 17 });
}

/** True or false. */
export const flagField: Kind<boolean> = kind(
  "true or false",
  (value) => (typeof value === "boolean" ? value : undefined),
  (text) => (text === "true" ? true : text === "false" ? false : undefined),
);

/** Durations such as `10m`, from `min` to `max`, in milliseconds. */
export function durationField(min: string, max: string): Kind<number> {
  const minMs = durationMs(min) ?? 0;
  const maxMs = durationMs(max) ?? 0;
  return kind(`a duration from ${min} to ${max}, such as 30s, 5m, 2h or 7d`, (value) => {
    const ms = typeof value === "string" ? durationMs(value) : undefined;
    return ms !== undefined && ms >= minMs && ms <= maxMs ? ms : undefined;
  });
}

/**
 * Returns a reader of lists without repetitions; the first mistake in an entry is that of the list.
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
