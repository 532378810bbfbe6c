import { inputError } from "@rainhooks/core/errors";
import { commaList } from "@rainhooks/core/fields";
import { isJsonObject } from "@rainhooks/core/json";
import type { Mistake } from "@rainhooks/core/mistake";
import { absoluteTime, TIME, writtenTime } from "../query/params/kinds.ts";
import { type Param, ParamMistake, type Params, type ValuesOf } from "../query/params/param.ts";
import type { Door } from "./caller.ts";

/** The fields of a request as a door has them: options, a body of JSON, parameters of a URL. */
export type RequestFields = Readonly<Record<string, unknown>>;

/** Returns the fields that a door takes: an assistant has no files. */
export function fieldsAt(fields: Params, door: Door): Params {
  const taken = Object.entries(fields).filter(
    ([, { isTyped, isFile }]) =>
      door === "terminal" || !(isTyped === true || (isFile === true && door === "assistant")),
  );
  return Object.fromEntries(taken);
}

/**
 * Reads the request of an operation.
 *
 * @param nowMs What times such as `2h` (two hours ago) are relative to.
 * @throws {RainhooksError} `input-invalid` with every mistake, by field.
 */
export function readRequest<Of extends Params>(
  fields: Of,
  given: RequestFields,
  { nowMs, door }: { readonly nowMs: number; readonly door: Door },
): ValuesOf<Of> {
  const taken = fieldsAt(fields, door);
  const mistakes: Mistake[] = Object.keys(given)
    .filter((field) => given[field] !== undefined && !Object.hasOwn(taken, field))
    .map((field) => ({ field, problem: `is unknown. Fields: ${Object.keys(taken).join(", ")}.` }));
  const values = readEach(fields, mistakes, (field, param) => {
    const value = readField(param, Object.hasOwn(given, field) ? given[field] : undefined, nowMs);
    if (value !== param.fallback?.value) refuseConflicts(param, given, fields);
    return value;
  });
  return values as ValuesOf<Of>;
}

/**
 * Returns the texts that a query reads of what a door has.
 *
 * @throws {RainhooksError} `input-invalid` for what is no text, and for a time in seconds.
 */
export function textsIn(
  params: Params,
  given: RequestFields,
  nowMs: number,
): Readonly<Record<string, string>> {
  const present = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  return readEach(present, [], (field, value) => {
    const param = params[field];
    return param === undefined ? textOf(value) : textIn(param, value, nowMs);
  });
}

/**
 * Reads each of some entries by its name. @throws {RainhooksError} `input-invalid` with every
 * mistake
 */
function readEach<Entry, Value>(
  entries: Readonly<Record<string, Entry>>,
  mistakes: Mistake[],
  readOne: (field: string, entry: Entry) => Value,
): Record<string, Value> {
  const values = Object.entries(entries).flatMap(([field, entry]) => {
    try {
      return [[field, readOne(field, entry)] as const];
    } catch (error) {
      if (!(error instanceof ParamMistake)) throw error;
      mistakes.push({ field, problem: `${error.message}.` });
      return [];
    }
  });
  if (mistakes.length > 0) throw inputError(...mistakes);
  return Object.fromEntries(values);
}

function refuseConflicts(
  { conflicts = [] }: Param<unknown>,
  given: RequestFields,
  fields: Params,
): void {
  const other = conflicts.find(
    (name) => given[name] !== undefined && given[name] !== fields[name]?.fallback?.value,
  );
  if (other !== undefined) throw new ParamMistake(`cannot be given together with ${other}`);
}

function readField(param: Param<unknown>, given: unknown, nowMs: number) {
  const { read, readAll, fallback, hasCommas } = param;
  if (given === undefined) {
    if (fallback === undefined) throw new ParamMistake("is missing");
    return fallback.value;
  }
  if (readAll !== undefined && hasCommas && typeof given === "string")
    return readAll(commaList(given));
  if (readAll !== undefined) return readAll((Array.isArray(given) ? given : [given]).map(textOf));
  return read(textIn(param, given, nowMs));
}

/** Returns the text of a value, of a time as milliseconds or a date. */
function textIn({ placeholder }: Param<unknown>, value: unknown, nowMs: number): string {
  const text = textOf(value);
  if (placeholder !== TIME) return text;
  writtenTime(text, nowMs);
  return absoluteTime(text, nowMs);
}

function textOf(value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  throw new ParamMistake("must be a text, a number, or true or false");
}

/** Of a list; and characters of a text. An item of a table has 400 KB at most. */
const MAX_RECORDED = 50;
const MAX_TEXT = 1000;

/**
 * Returns the fields of a request that are kept in a record: those that say something, none that is
 * secret. Of a file, its number of lines is kept; of a long list, its first entries and their
 * number.
 */
export function recordedRequest(fields: Params, request: RequestFields): RequestFields {
  const kept = Object.entries(request).filter(
    ([field, value]) =>
      value !== undefined &&
      !(typeof value === "boolean" && value === fields[field]?.fallback?.value) &&
      !(Array.isArray(value) && value.length === 0) &&
      fields[field]?.isSecret !== true,
  );
  return Object.fromEntries(
    kept.map(([field, value]) => [field, recordedValue(value, fields[field])]),
  );
}

/** Returns what the fields of a recorded request name. */
export function recordedNames(request: RequestFields): unknown[] {
  return Object.values(request).flatMap((value) =>
    isJsonObject(value) && Array.isArray(value["first"]) ? value["first"] : value,
  );
}

function recordedValue(value: unknown, param: Param<unknown> | undefined): unknown {
  if (Array.isArray(value)) {
    const first = value.slice(0, MAX_RECORDED).map((one) => recordedValue(one, undefined));
    return value.length > MAX_RECORDED ? { first, count: value.length } : first;
  }
  if (typeof value !== "string") return value;
  if (param?.isFile === true) return { lines: value.trim().split("\n").length };
  return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
}
