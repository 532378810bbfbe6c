import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  MAX_JSON_DEPTH,
  parseJson,
} from "../json.ts";
import { fieldNames, gather } from "./field-names.ts";

/** Why a value cannot be used. */
export class Refusal {
  /** What was expected. */
  readonly reason: string;
  /** Where it was expected, if that is inside the value: `.0` is the first entry of a list. */
  readonly within: string;

  constructor(reason: string, within = "") {
    this.reason = reason;
    this.within = within;
  }
}

/**
 * Reads a value (`undefined` if its field is absent): returns it in our form, or why it cannot be
 * used.
 */
export type Reader<T> = (value: JsonValue | undefined) => T | Refusal;

/** What a reader returns for a value that can be used. */
export type ReadResult<R extends Reader<unknown>> = Exclude<ReturnType<R>, Refusal>;

type OptionalName<Data> = {
  [Name in keyof Data]: undefined extends Data[Name] ? Name : never;
}[keyof Data];

/** Shows the fields of a type instead of how it was made. */
type Plain<Data> = { [Name in keyof Data]: Data[Name] } & {};

/**
 * The data of an object: fields that can be absent are optional, and unknown ones are in `extra`.
 */
type Shaped<Data> = Plain<
  { [Name in Exclude<keyof Data, OptionalName<Data>>]: Data[Name] } & {
    [Name in OptionalName<Data>]?: Data[Name];
  } & { readonly extra: Readonly<Record<string, JsonValue>> }
>;

/** Returns a refusal of a value that is not what was expected, or is missing. */
export function refuse(value: JsonValue | undefined, expected: string): Refusal {
  return new Refusal(value === undefined ? "is missing" : expected);
}

/**
 * Makes a reader of an object whose fields may have any casing, and aliases. Unknown fields are
 * kept in `extra`, so nothing is lost. It refuses the object because of the first field that cannot
 * be used.
 */
export function shape<Data extends object>(
  fields: { readonly [Name in keyof Data]: Reader<Data[Name]> },
  aliases: { readonly [Name in keyof NoInfer<Data>]?: readonly string[] } = {},
): Reader<Shaped<Data>> {
  const names = fieldNames(Object.keys(fields), aliases as Record<string, readonly string[]>);
  const readers = Object.entries<Reader<unknown>>(fields).map(([name, read], position) => ({
    name,
    read,
    position,
  }));
  return (value) => {
    if (!isJsonObject(value)) return refuse(value, "expected an object");
    const { values, extra } = gather(value, names);
    const data: Record<string, unknown> = {};
    for (const { name, read, position } of readers) {
      const field = read(values[position]);
      if (field instanceof Refusal) return new Refusal(`${name}${field.within}: ${field.reason}`);
      if (field !== undefined) data[name] = field;
    }
    data["extra"] = extra;
    return data as Shaped<Data>;
  };
}

/** Makes a reader of a field that may be absent. */
export function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (value) => (value === undefined ? undefined : read(value));
}

/** Makes a reader of a list. */
export function listOf<T>(read: Reader<T>, expected: string): Reader<T[]> {
  return (value) => {
    if (!Array.isArray(value)) return refuse(value, expected);
    const list: T[] = [];
    for (const [index, raw] of value.entries()) {
      const entry = read(raw);
      if (entry instanceof Refusal) return new Refusal(entry.reason, `.${index}${entry.within}`);
      list.push(entry);
    }
    return list;
  };
}

/** Makes a reader of a list that may be absent, which is the same as empty. */
export function optionalList<T>(read: Reader<T[]>): Reader<T[]> {
  return (value) => (value === undefined ? [] : read(value));
}

/** Reads any value. */
export function anything(value: JsonValue | undefined): JsonValue | undefined {
  return value;
}

/**
 * Reads a name or id: any string that is not empty. RainMaker's ids have no common format that
 * could be checked.
 */
export function id(value: JsonValue | undefined): string | Refusal {
  if (typeof value !== "string") return refuse(value, "expected a string");
  return value === "" ? refuse(value, "expected a string that is not empty") : value;
}

/** Reads a list of ids, or a single id. */
export function idList(value: JsonValue | undefined): string[] | Refusal {
  const list = Array.isArray(value) ? value : [value];
  return list.every((one): one is string => typeof one === "string" && one !== "")
    ? list
    : refuse(value, "expected a list of ids");
}

/** Reads a text that is not empty; anything else counts as absent. */
export function optionalText(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Reads true or false; anything else counts as absent. */
export function optionalFlag(value: JsonValue | undefined): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

/** Reads true or false; RainMaker's own app for iOS reads 1 and 0, too. */
export function flag(value: JsonValue | undefined): boolean | Refusal {
  if (value === 0 || value === 1) return value === 1;
  return typeof value === "boolean" ? value : refuse(value, "expected true or false");
}

/** Error text for a value that is nested too deeply. */
export const TOO_DEEP = `nested deeper than ${MAX_JSON_DEPTH} levels`;

/**
 * Reads a JSON value that may be encoded as a string. A string that is not JSON stays a string; one
 * that contains too deeply nested JSON is refused.
 */
export function packedJson(value: JsonValue | undefined): JsonValue | Refusal {
  if (value === undefined) return refuse(value, "expected a value");
  if (typeof value !== "string") return value;
  const parsed = parseJson(value);
  if (parsed.ok) return parsed.value;
  return parsed.reason === "not-json" ? value : new Refusal(TOO_DEEP);
}

/** Reads a JSON object that may be encoded as a string. */
export function packedObject(value: JsonValue | undefined): JsonObject | Refusal {
  const plain = packedJson(value);
  if (plain instanceof Refusal || isJsonObject(plain)) return plain;
  return refuse(plain, "expected an object, or a string that contains one");
}
