import { inputError } from "@rainhooks/core/errors";
import { commaList } from "@rainhooks/core/fields";
import { isJsonObject } from "@rainhooks/core/json";
import type { Mistake } from "@rainhooks/core/mistake";
import { TIME } from "../query/params/kinds.ts";
import { type Param, ParamMistake, type Params, type ValuesOf } from "../query/params/param.ts";
import { absoluteTime, writtenTime } from "../query/params/written-time.ts";
import type { Door } from "./caller.ts";

/** The fields of a request as a door has them: options, a body of JSON, parameters of a URL. */
export type Given = Readonly<Record<string, unknown>>;

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
  given: Given,
  { nowMs, door }: { readonly nowMs: number; readonly door: Door },
): ValuesOf<Of> {
  const taken = fieldsAt(fields, door);
  const mistakes: Mistake[] = Object.keys(given)
    .filter((field) => given[field] !== undefined && !Object.hasOwn(taken, field))
    .map((field) => ({ field, problem: `is unknown. Fields: ${Object.keys(taken).join(", ")}.` }));
  const values = Object.entries(fields).map(([field, param]) => {
    try {
      const value = readField(param, Object.hasOwn(given, field) ? given[field] : undefined, nowMs);
      if (value !== param.fallback?.value) refuseConflicts(param, given, fields);
      return [field, value];
    } catch (error) {
      if (!(error instanceof ParamMistake)) throw error;
      mistakes.push({ field, problem: `${error.message}.` });
      return [field, undefined];
    }
  });
  if (mistakes.length > 0) throw inputError(...mistakes);
  return Object.fromEntries(values) as ValuesOf<Of>;
}

function refuseConflicts({ conflicts = [] }: Param<unknown>, given: Given, fields: Params): void {
  const other = conflicts.find(
    (name) => given[name] !== undefined && given[name] !== fields[name]?.fallback?.value,
  );
  if (other !== undefined) throw new ParamMistake(`cannot be given together with ${other}`);
}

function readField(param: Param<unknown>, given: unknown, nowMs: number) {
  const { read, readAll, fallback, placeholder, hasCommas } = param;
  if (given === undefined) {
    if (fallback === undefined) throw new ParamMistake("is missing");
    return fallback.value;
  }
  if (readAll !== undefined && hasCommas && typeof given === "string") return readAll(commaList(given));
  if (readAll !== undefined) return readAll((Array.isArray(given) ? given : [given]).map(textOf));
  const text = textOf(given);
  if (placeholder !== TIME) return read(text);
  writtenTime(text, nowMs);
  return read(absoluteTime(text, nowMs));
}

function textOf(value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return String(value);
  throw new ParamMistake("must be a text, a number, or true or false");
}

/** Of a list; and characters of a text. An item of a table has 400 KB at most. */
const [MAX_RECORDED, MAX_TEXT] = [50, 1000];

/**
 * Returns the fields of a request that are kept in a record: those that say something, none that is secret.
 * Of a file, its number of lines is kept; of a long list, its first entries and their number.
 */
export function recordedRequest(fields: Params, request: Given): Given {
  const kept = Object.entries(request).filter(
    ([field, value]) =>
      value !== undefined &&
      !(typeof value === "boolean" && value === fields[field]?.fallback?.value) &&
      !isEmpty(value) &&
      fields[field]?.isSecret !== true,
  );
  return Object.fromEntries(kept.map(([field, value]) => [field, recordedValue(value, fields[field])]));
}

/** Returns what the fields of a recorded request name. */
export function recordedNames(request: Given): unknown[] {
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

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
