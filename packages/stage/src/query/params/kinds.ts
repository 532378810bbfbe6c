import { isCalendarDate, isTimeMs, MAX_TIME_MS, SECONDS_END } from "@rainhooks/core/decode/time";
import { DURATION_PATTERN, durationMs } from "@rainhooks/core/duration-text";
import {
  choiceField,
  countField,
  durationField,
  flagField,
  type Kind,
  kind,
  textThat,
} from "@rainhooks/core/fields";
import { type Param, ParamMistake, type ParamSchema } from "./param.ts";

/** How a parameter is shown in the help of a command and in the OpenAPI document. */
interface Help {
  readonly description: string;
  readonly placeholder?: string;
  /** JSON Schema of a value. @defaultValue any text */
  readonly schema?: ParamSchema;
}

/** The same, of one whose placeholder does not follow from its kind. */
type NamedHelp = Help & { readonly placeholder: string };

/** The same, of a text. */
type TextHelp = NamedHelp & { readonly maxLength: number };

/**
 * Returns the value of a kind that a text stands for.
 *
 * @throws {ParamMistake} if it stands for none.
 */
export function readText<Value>(of: Kind<Value>, text: string): Value {
  const field = of.text(text);
  if (field.ok) return field.value;
  throw new ParamMistake(`must be ${of.rule()}`);
}

/** Defines a parameter that must be given. */
export function required<Value>(of: Kind<Value>, help: Help): Param<Value> {
  return {
    placeholder: undefined,
    schema: { type: "string" },
    ...help,
    fallback: undefined,
    read: (text) => readText(of, text),
  };
}

/** Defines a parameter that can be left out, and then has no value. */
export function optional<Value>(of: Kind<Value>, help: Help): Param<Value | undefined> {
  return { ...required(of, help), fallback: { value: undefined } };
}

/** Defines a parameter that can be left out, and then has a value. */
export function withDefault<Value>(of: Kind<Value>, help: Help, value: Value): Param<Value> {
  const { schema, ...param } = required(of, help);
  return { ...param, schema: { ...schema, default: value }, fallback: { value } };
}

/** Texts with up to a number of characters: of whatever people name something. */
function anyText(maxLength: number): Kind<string> {
  return kind(`a text of 1 to ${maxLength} characters`, (value) =>
    typeof value === "string" && value.length > 0 && value.length <= maxLength
      ? value.toWellFormed()
      : undefined,
  );
}

/** Defines a required text. Its maximum length must fit into the keys of the tables. */
export function requiredText({ maxLength, ...help }: TextHelp): Param<string> {
  return required(anyText(maxLength), {
    ...help,
    schema: { type: "string", minLength: 1, maxLength },
  });
}

/** Defines a text that can be left out. */
export function optionalText(help: TextHelp): Param<string | undefined> {
  return { ...requiredText(help), fallback: { value: undefined } };
}

const oneOf = (words: readonly string[]) => ({ type: "string", enum: words });
const integer = (minimum: number, maximum: number) => ({ type: "integer", minimum, maximum });

/** Defines a parameter that has one of several fixed values. */
export function choice<const Word extends string>(
  help: NamedHelp,
  words: readonly Word[],
  fallback: Word,
): Param<Word> {
  return withDefault<Word>(choiceField(words), { ...help, schema: oneOf(words) }, fallback);
}

/** Defines a required parameter that has one of several fixed values. */
export function requiredChoice<const Word extends string>(
  help: NamedHelp,
  words: readonly Word[],
): Param<Word> {
  return required<Word>(choiceField(words), { ...help, schema: oneOf(words) });
}

/** Defines a parameter that has one of several fixed values, or is left out. */
export function optionalChoice<const Word extends string>(
  help: NamedHelp,
  words: readonly Word[],
): Param<Word | undefined> {
  return optional<Word>(choiceField(words), { ...help, schema: oneOf(words) });
}

/** Defines a whole number from `min` to `max`. */
export function wholeNumber(
  help: NamedHelp,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
): Param<number> {
  return withDefault(countField(min, max), { ...help, schema: integer(min, max) }, fallback);
}

/** Defines the maximum number of what is listed. */
export function limitOf(what: string, max: number, fallback: number): Param<number> {
  const help = { description: `Maximum number of ${what}.`, placeholder: "count" };
  return wholeNumber(help, { min: 1, max, fallback });
}

/** Defines a whole number from `min` to `max` that can be left out. */
export function optionalNumber(
  help: NamedHelp,
  { min, max }: { readonly min: number; readonly max: number },
): Param<number | undefined> {
  return optional(countField(min, max), { ...help, schema: integer(min, max) });
}

/** Defines a list of texts. */
export function list(
  help: TextHelp,
  range: { readonly min?: number; readonly max: number },
): Param<readonly string[]> {
  return listOf(requiredText(help), range);
}

/** Defines a list of values, each of which is read as a parameter. */
export function listOf<Value>(
  { read: readOne, schema: items, ...rest }: Param<Value>,
  { min = 0, max }: { readonly min?: number; readonly max: number },
): Param<readonly Value[]> {
  const readAll = (texts: readonly string[]) => {
    if (texts.length < min || texts.length > max)
      throw new ParamMistake(`must have ${min === 0 ? "up" : min} to ${max} texts`);
    return texts.map(readOne);
  };
  const schema = { type: "array", items, minItems: min, maxItems: max };
  const fallback = min === 0 ? { value: [] } : undefined;
  return { ...rest, schema, fallback, read: (text) => readAll([text]), readAll };
}

/** Leaves the value of a parameter out of what is recorded. */
export function secret<Value>(param: Param<Value>): Param<Value> {
  return { ...param, isSecret: true };
}

/** Lets only a command take a parameter: what costs money, or waits. */
export function commandOnly<Value>(param: Param<Value>): Param<Value> {
  return { ...param, isTyped: true };
}

/** Defines a boolean that is false by default. */
export function flag(help: Help): Param<boolean> {
  return withDefault(flagField, { ...help, schema: { type: "boolean" } }, false);
}

/** Placeholder of a time in the help of a command. */
export const TIME = "time";

const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;
const HAS_ZONE = /(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Reads epoch milliseconds or an ISO 8601 date, which is in UTC if it has no zone. A space is
 * accepted instead of the T, as the tables of the command show it, and instead of the plus of a
 * zone, because a URL turns a plus into a space.
 */
function timeOf(input: string): number | undefined {
  const text = input
    .replace(/^([\d-]{10}) /, "$1T")
    .replace(/(T[\d:.]+) (?=[+-])/, "$1")
    .replace(/(T[\d:.]+) (?=\d\d:\d\d$)/, "$1+");
  const isDateOnly = text.length === 10;
  const iso =
    ISO.test(text) && isCalendarDate(text.slice(0, 10))
      ? Date.parse(isDateOnly || HAS_ZONE.test(text) ? text : `${text}Z`)
      : Number.NaN;
  const atMs = /^\d{1,15}$/.test(text) ? Number(text) : iso;
  return isTimeMs(atMs) ? atMs : undefined;
}

const TIMES = {
  placeholder: TIME,
  schema: {
    oneOf: [
      integer(0, MAX_TIME_MS),
      { type: "string", format: "date-time" },
      { type: "string", format: "date" },
    ],
  },
};
const timeField: Kind<number> = kind(
  "a time from 1970 to 9999: epoch milliseconds or a date such as 2026-11-24T08:00Z",
  (value) => (typeof value === "string" ? timeOf(value) : undefined),
);

/** Defines a time in epoch milliseconds; `undefined` if it is left out. */
export function time(help: Help): Param<number | undefined> {
  return optional(timeField, { ...TIMES, ...help });
}

/** Defines a required time, in epoch milliseconds. */
export function requiredTime(help: Help): Param<number> {
  return required(timeField, { ...TIMES, ...help });
}

const DURATIONS = {
  placeholder: "duration",
  schema: { type: "string", pattern: DURATION_PATTERN, examples: ["5m", "1h"] },
};
/** Any duration that something takes: up to ten years. */
export const ANY_DURATION: Kind<number> = durationField("1s", "3650d");

/** Defines a duration such as `5m`, in milliseconds; `undefined` if it is left out. */
export function duration(help: Help): Param<number | undefined> {
  return optional(ANY_DURATION, { ...DURATIONS, ...help });
}

/** Defines a duration of up to `max`, such as `24h`, in milliseconds. */
export function durationUpTo(
  max: string,
  { fallback, ...help }: Help & { readonly fallback?: string | undefined },
): Param<number> {
  const of = durationField("0s", max);
  return {
    ...required(of, { ...DURATIONS, ...help }),
    fallback:
      fallback === undefined ? undefined : { value: readText(of, fallback), text: fallback },
  };
}

const zoneField: Kind<string> = textThat(
  "an IANA time zone, such as Europe/Berlin or UTC",
  (text) => {
    try {
      return new Intl.DateTimeFormat("en", { timeZone: text }) !== undefined;
    } catch {
      return false;
    }
  },
);

/** Defines the name of a time zone. The default is UTC. */
export function timezone(help: Help): Param<string> {
  return withDefault(
    zoneField,
    { placeholder: "zone", schema: { type: "string", examples: ["Europe/Berlin"] }, ...help },
    "UTC",
  );
}

/**
 * Converts a time as people write it to one that the API accepts: `2h` is two hours ago, `now` is
 * now. Other texts are returned unchanged.
 */
export function absoluteTime(text: string, nowMs: number): string {
  if (text === "now") return String(nowMs);
  const ms = durationMs(text);
  return ms === undefined ? text : String(Math.max(0, nowMs - ms));
}

/**
 * Reads a time as people write it, epoch milliseconds.
 *
 * @throws {ParamMistake} for anything else, also for a number that is a year, or a time in seconds.
 */
export function writtenTime(text: string, nowMs: number): number {
  const absolute = absoluteTime(text, nowMs);
  const count = Number(absolute);
  if (count !== 0 && count < SECONDS_END)
    throw new ParamMistake(
      `must be a date such as 2026-01-01, 2h for two hours ago, or epoch milliseconds: ${absolute} is not a time in milliseconds`,
    );
  return readText(timeField, absolute);
}
