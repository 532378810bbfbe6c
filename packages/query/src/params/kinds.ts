import { type Param, ParamMistake, type ParamSchema } from "./param.ts";

/** The last moment of the year 9999, epoch milliseconds. */
const LATEST_MS = 253_402_300_799_999;

interface About {
  readonly description: string;
  readonly placeholder?: string;
}

function optional<Value>(
  about: About,
  fallback: Value,
  schema: ParamSchema,
  read: (text: string) => Value,
): Param<Value> {
  const shown = fallback === undefined ? schema : { ...schema, default: fallback };
  return { placeholder: undefined, ...about, schema: shown, fallback: { value: fallback }, read };
}

/** A text that has to be given, of a length that the keys of the stores have room for. */
export function requiredText(
  about: About & { readonly placeholder: string; readonly longest: number },
): Param<string> {
  const { longest, ...rest } = about;
  return {
    ...rest,
    schema: { type: "string", minLength: 1, maxLength: longest },
    fallback: undefined,
    read: (text) => {
      if (text.length > 0 && text.length <= longest) return text.toWellFormed();
      throw new ParamMistake(`must be a text of 1 to ${longest} characters`);
    },
  };
}

/** One of some words. */
export function choice<const Word extends string>(
  about: About & { readonly placeholder: string },
  words: readonly Word[],
  fallback: Word,
): Param<Word> {
  return optional<Word>(about, fallback, { type: "string", enum: words }, readWord(words));
}

/** One of some words, or none of them. */
export function optionalChoice<const Word extends string>(
  about: About & { readonly placeholder: string },
  words: readonly Word[],
): Param<Word | undefined> {
  return optional<Word | undefined>(about, undefined, { type: "string", enum: words }, readWord(words));
}

function readWord<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((one) => one === text);
    if (word !== undefined) return word;
    throw new ParamMistake(`must be one of ${words.join(", ")}`);
  };
}

/** A whole number within bounds. */
export function wholeNumber(
  about: About & { readonly placeholder: string },
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
): Param<number> {
  return optional(about, fallback, { type: "integer", minimum: min, maximum: max }, (text) => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value;
    throw new ParamMistake(`must be a whole number from ${min} to ${max}`);
  });
}

/** True or false. */
export function flag(about: About): Param<boolean> {
  return optional(about, false, { type: "boolean" }, (text) => {
    if (text === "true") return true;
    if (text === "false") return false;
    throw new ParamMistake("must be true or false");
  });
}

/** Word for a time in a command's help. */
export const TIME = "time";

/** A time; `undefined` when none is given. */
export function time(about: About): Param<number | undefined> {
  const oneOf = [
    { type: "integer", minimum: 0, maximum: LATEST_MS },
    { type: "string", format: "date-time" },
    { type: "string", format: "date" },
  ];
  return optional<number | undefined>({ placeholder: TIME, ...about }, undefined, { oneOf }, readTime);
}

const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;
const HAS_ZONE = /(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Epoch milliseconds, or ISO 8601, which is in UTC when it names no zone. A space may stand for the T, as in the tables that
 * people are shown, and for the plus of a zone, which a URL turns into one.
 */
function readTime(written: string): number {
  const text = written
    .replace(/^([\d-]{10}) /, "$1T")
    .replace(/(T[\d:.]+) (?=[+-])/, "$1")
    .replace(/(T[\d:.]+) (?=\d\d:\d\d$)/, "$1+");
  const dateAlone = text.length === 10;
  const iso =
    ISO.test(text) && isOnCalendar(text)
      ? Date.parse(dateAlone || HAS_ZONE.test(text) ? text : `${text}Z`)
      : Number.NaN;
  const atMs = /^\d{1,15}$/.test(text) ? Number(text) : iso;
  if (atMs >= 0 && atMs <= LATEST_MS) return atMs;
  throw new ParamMistake(
    "must be a time from 1970 to 9999: epoch milliseconds or a date such as 2026-11-24T08:00Z",
  );
}

/** False for a date such as 02-30, of which `Date.parse` makes one in March. */
function isOnCalendar(text: string): boolean {
  const date = Date.parse(text.slice(0, 10));
  return !Number.isNaN(date) && new Date(date).toISOString().startsWith(text.slice(0, 10));
}

/** The name of a time zone, UTC if none is given. */
export function timezone(about: About): Param<string> {
  return optional(
    { placeholder: "zone", ...about },
    "UTC",
    { type: "string", examples: ["Europe/Berlin"] },
    (text) => {
      try {
        new Intl.DateTimeFormat("en", { timeZone: text });
        return text;
      } catch {
        throw new ParamMistake("must be a time zone that IANA names, such as Europe/Berlin or UTC");
      }
    },
  );
}
