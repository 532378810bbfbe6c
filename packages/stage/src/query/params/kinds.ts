import { isCalendarDate, isTimeMs, MAX_TIME_MS } from "@rainhooks/core/decode/time";
import { durationMs } from "@rainhooks/core/duration-text";
import { wholeNumberOf } from "@rainhooks/core/whole-number";
import { type Param, ParamMistake, type ParamSchema } from "./param.ts";

/** How a parameter is shown in the help of a command and in the OpenAPI document. */
interface Help {
  readonly description: string;
  readonly placeholder?: string;
}

function optional<Value>(
  help: Help,
  fallback: Value,
  schema: ParamSchema,
  read: (text: string) => Value,
): Param<Value> {
  const shown = fallback === undefined ? schema : { ...schema, default: fallback };
  return { placeholder: undefined, ...help, schema: shown, fallback: { value: fallback }, read };
}

/** Defines a required text. Its maximum length must fit into the keys of the tables. */
export function requiredText(
  help: Help & { readonly placeholder: string; readonly maxLength: number },
): Param<string> {
  const { maxLength, ...rest } = help;
  return {
    ...rest,
    schema: { type: "string", minLength: 1, maxLength },
    fallback: undefined,
    read: (text) => {
      if (text.length > 0 && text.length <= maxLength) return text.toWellFormed();
      throw new ParamMistake(`must have 1 to ${maxLength} characters`);
    },
  };
}

/** Defines a text that can be left out. */
export function optionalText(
  help: Help & { readonly placeholder: string; readonly maxLength: number },
): Param<string | undefined> {
  return { ...requiredText(help), fallback: { value: undefined } };
}

/** Defines a parameter that has one of several fixed values. */
export function choice<const Word extends string>(
  help: Help & { readonly placeholder: string },
  words: readonly Word[],
  fallback: Word,
): Param<Word> {
  return optional<Word>(help, fallback, { type: "string", enum: words }, readWord(words));
}

/** Defines a required parameter that has one of several fixed values. */
export function requiredChoice<const Word extends string>(
  help: Help & { readonly placeholder: string },
  words: readonly Word[],
): Param<Word> {
  return { ...help, schema: { type: "string", enum: words }, fallback: undefined, read: readWord(words) };
}

/** Defines a parameter that has one of several fixed values, or is left out. */
export function optionalChoice<const Word extends string>(
  help: Help & { readonly placeholder: string },
  words: readonly Word[],
): Param<Word | undefined> {
  return optional<Word | undefined>(help, undefined, { type: "string", enum: words }, readWord(words));
}

function readWord<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((known) => known === text);
    if (word !== undefined) return word;
    throw new ParamMistake(`must be one of ${words.join(", ")}`);
  };
}

/** Defines a whole number from `min` to `max`. */
export function wholeNumber(
  help: Help & { readonly placeholder: string },
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
): Param<number> {
  return optional(help, fallback, { type: "integer", minimum: min, maximum: max }, (text) => {
    const value = wholeNumberOf(text, min, max);
    if (value !== undefined) return value;
    throw new ParamMistake(`must be a whole number from ${min} to ${max}`);
  });
}

/** Defines a whole number from `min` to `max` that can be left out. */
export function optionalNumber(
  help: Help & { readonly placeholder: string },
  { min, max }: { readonly min: number; readonly max: number },
): Param<number | undefined> {
  const { read } = wholeNumber(help, { min, max, fallback: min });
  return optional<number | undefined>(help, undefined, { type: "integer", minimum: min, maximum: max }, read);
}

/** Defines a list of texts. */
export function list(
  help: Help & { readonly placeholder: string; readonly maxLength: number },
  { min = 0, max }: { readonly min?: number; readonly max: number },
): Param<readonly string[]> {
  const { read: readOne, schema: items, ...rest } = requiredText(help);
  const readAll = (texts: readonly string[]) => {
    if (texts.length < min || texts.length > max)
      throw new ParamMistake(`must have ${min === 0 ? "up" : min} to ${max} texts`);
    return texts.map(readOne);
  };
  const schema = { type: "array", items, minItems: min, maxItems: max };
  const fallback = min === 0 ? { value: [] } : undefined;
  return { ...rest, schema, fallback, read: (text) => readAll([text]), readAll };
}

/** Splits a text at its commas; an empty one has no parts. */
export function commaList(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** Leaves the value of a parameter out of what is recorded. */
export function secret<Value>(param: Param<Value>): Param<Value> {
  return { ...param, isSecret: true };
}

/** Lets only a command take a parameter: what costs money, or waits. */
export function typed<Value>(param: Param<Value>): Param<Value> {
  return { ...param, isTyped: true };
}

/** Defines a boolean that is false by default. */
export function flag(help: Help): Param<boolean> {
  return optional(help, false, { type: "boolean" }, (text) => {
    if (text === "true") return true;
    if (text === "false") return false;
    throw new ParamMistake("must be true or false");
  });
}

/** Placeholder of a time in the help of a command. */
export const TIME = "time";

/** Defines a time in epoch milliseconds; `undefined` if it is left out. */
export function time(help: Help): Param<number | undefined> {
  const oneOf = [
    { type: "integer", minimum: 0, maximum: MAX_TIME_MS },
    { type: "string", format: "date-time" },
    { type: "string", format: "date" },
  ];
  return optional<number | undefined>({ placeholder: TIME, ...help }, undefined, { oneOf }, readTime);
}

/** Defines a required time, in epoch milliseconds. */
export function requiredTime(help: Help): Param<number> {
  const { schema } = time(help);
  return { placeholder: TIME, ...help, schema, fallback: undefined, read: readTime };
}

const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;
const HAS_ZONE = /(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Reads epoch milliseconds or an ISO 8601 date, which is in UTC if it has no zone. A space is accepted
 * instead of the T, as the tables of the command show it, and instead of the plus of a zone, because a URL
 * turns a plus into a space.
 *
 * @throws {ParamMistake} for anything else.
 */
export function readTime(input: string): number {
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
  if (isTimeMs(atMs)) return atMs;
  throw new ParamMistake(
    "must be a time from 1970 to 9999: epoch milliseconds or a date such as 2026-11-24T08:00Z",
  );
}

/** Defines a duration such as `5m`, in milliseconds; `undefined` if it is left out. */
export function duration(help: Help): Param<number | undefined> {
  const pattern = "^[1-9]\\d{0,5}[smhdw]$";
  const schema = { type: "string", pattern, examples: ["5m", "1h"] };
  return optional<number | undefined>({ placeholder: "duration", ...help }, undefined, schema, (text) => {
    const ms = new RegExp(pattern).test(text) ? durationMs(text) : undefined;
    if (ms !== undefined) return ms;
    throw new ParamMistake("must be a duration such as 30s, 5m, 1h, 1d or 1w");
  });
}

/** Defines a duration of up to `max`, such as `24h`, in milliseconds. */
export function durationUpTo(
  max: string,
  help: Help & { readonly fallback?: string | undefined },
): Param<number> {
  const { fallback, ...rest } = help;
  const maxMs = durationMs(max) ?? 0;
  const read = (text: string) => {
    const ms = durationMs(text);
    if (ms !== undefined && ms <= maxMs) return ms;
    throw new ParamMistake(`must be a duration of up to ${max}, such as 30s, 5m, 2h or 1d`);
  };
  return {
    ...{ placeholder: "duration", ...rest, schema: { type: "string", examples: ["5m", "1h"] } },
    fallback: fallback === undefined ? undefined : { value: read(fallback), text: fallback },
    read,
  };
}

/** Defines the name of a time zone. The default is UTC. */
export function timezone(help: Help): Param<string> {
  return optional(
    { placeholder: "zone", ...help },
    "UTC",
    { type: "string", examples: ["Europe/Berlin"] },
    (text) => {
      try {
        new Intl.DateTimeFormat("en", { timeZone: text });
        return text;
      } catch {
        throw new ParamMistake("must be an IANA time zone, such as Europe/Berlin or UTC");
      }
    },
  );
}
