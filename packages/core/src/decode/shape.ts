import * as v from "valibot";
import { isJsonObject, type JsonObject, type JsonValue, MAX_JSON_DEPTH, parseJson } from "../json.ts";

/** A field's name without its casing: `NodeId`, `node_id` and `nodeId` are one. */
export function caseless(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

/** Fields of an object, by the names we know them under, and what else it holds under its own names. */
export interface Gathered {
  readonly known: Record<string, JsonValue>;
  readonly extra: Record<string, JsonValue>;
}

/**
 * Splits an object's fields into those that `names` knows and the rest. The first spelling of a field wins; a second
 * one is kept as an extra field. A known field that is null counts as absent.
 */
export function gather(raw: JsonObject, names: ReadonlyMap<string, string>): Gathered {
  const known: Record<string, JsonValue> = {};
  const extra: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(raw)) {
    const name = names.get(caseless(key));
    if (name !== undefined && value === null) continue;
    if (name !== undefined && !Object.hasOwn(known, name)) known[name] = value;
    else extra.push([key, value]);
  }
  return { known, extra: Object.fromEntries(extra) };
}

/** The look-up that {@link gather} takes: each field under its own name and its aliases, whatever their casing. */
export function fieldNames(
  fields: Iterable<string>,
  aliases: Readonly<Record<string, readonly string[]>> = {},
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const field of fields) {
    for (const name of [field, ...(aliases[field] ?? [])]) names.set(caseless(name), field);
  }
  return names;
}

/**
 * Schema of an object whose fields may come in any casing and under aliases. What it does not know ends in `extra`,
 * so nothing is dropped.
 */
export function shape<const Entries extends v.ObjectEntries>(
  entries: Entries,
  aliases: { readonly [Field in keyof Entries]?: readonly string[] } = {},
) {
  type Output = v.InferOutput<v.ObjectSchema<Entries, undefined>> & {
    readonly extra: Readonly<Record<string, JsonValue>>;
  };
  const schema = v.object(entries);
  const names = fieldNames(Object.keys(entries), aliases as Record<string, readonly string[]>);
  return v.pipe(
    v.custom<JsonObject>(isJsonObject, "expected an object"),
    v.rawTransform<JsonObject, Output>(({ dataset, addIssue, NEVER }) => {
      const { known, extra } = gather(dataset.value, names);
      const result = v.safeParse(schema, known, { abortEarly: true });
      if (result.success) return { ...result.output, extra };
      addIssue({ message: describeIssue(result.issues[0]) });
      return NEVER;
    }),
  );
}

/** An issue in a line: where, and what was expected. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const message = issue.received === "undefined" ? "is missing" : issue.message;
  return path === null ? issue.message : `${path}: ${message}`;
}

/** A name or id: any string that is not empty. RainMaker's ids follow no pattern that could be checked. */
export const id = v.pipe(v.string("expected a string"), v.nonEmpty("expected a string that is not empty"));

/** What is wrong with a value that is nested too deep. */
export const TOO_DEEP = `nested deeper than ${MAX_JSON_DEPTH} levels`;

/**
 * A JSON value that may come packed in a string. A string that is not JSON stays a string; one that holds JSON of too
 * many levels is refused.
 */
export const packedJson = v.pipe(
  v.custom<JsonValue>((value) => value !== undefined, "is missing"),
  v.rawTransform<JsonValue, JsonValue>(({ dataset: { value }, addIssue, NEVER }) => {
    if (typeof value !== "string") return value;
    const parsed = parseJson(value);
    if (parsed.ok) return parsed.value;
    if (parsed.reason === "not-json") return value;
    addIssue({ message: TOO_DEEP });
    return NEVER;
  }),
);

/** A JSON object that may come packed in a string. */
export const packedObject = v.pipe(
  packedJson,
  v.custom<JsonObject>(isJsonObject, "expected an object or a string that holds one"),
);

/** Ids in a list, or a single one. */
export const idList = v.union(
  [
    v.array(id),
    v.pipe(
      id,
      v.transform((one) => [one]),
    ),
  ],
  "expected a list of ids",
);
