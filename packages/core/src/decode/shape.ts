import * as v from "valibot";
import { isJsonObject, type JsonObject, type JsonValue, MAX_JSON_DEPTH, parseJson } from "../json.ts";

/** Returns a field name in a form that ignores its casing: `NodeId`, `node_id` and `nodeId` are equal. */
export function caseless(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

/** The known fields of an object, by our names for them, and its other fields under their own names. */
export interface Gathered {
  readonly known: Record<string, JsonValue>;
  readonly extra: Record<string, JsonValue>;
}

/**
 * Splits the fields of an object into those that `names` lists and the others. If a field is present in two spellings, the first
 * one counts and the second one is kept as an extra field. A known field that is null counts as absent.
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

/** Builds the lookup for {@link gather}: each field by its name and its aliases, ignoring casing. */
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
 * Creates a schema of an object whose fields may have any casing, and aliases. Unknown fields are kept in `extra`, so nothing
 * is lost.
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

/** Describes a validation issue in one line: where it is, and what was expected. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const message = issue.received === "undefined" ? "is missing" : issue.message;
  return path === null ? issue.message : `${path}: ${message}`;
}

/** A name or id: any string that is not empty. RainMaker's ids have no common format that could be checked. */
export const id = v.pipe(v.string("expected a string"), v.nonEmpty("expected a string that is not empty"));

/** Error text for a value that is nested too deeply. */
export const TOO_DEEP = `nested deeper than ${MAX_JSON_DEPTH} levels`;

/**
 * A JSON value that may be encoded as a string. A string that is not JSON stays a string; one that contains too deeply nested JSON is
 * rejected.
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

/** A JSON object that may be encoded as a string. */
export const packedObject = v.pipe(
  packedJson,
  v.custom<JsonObject>(isJsonObject, "expected an object, or a string that contains one"),
);

/** A list of ids, or a single id. */
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
