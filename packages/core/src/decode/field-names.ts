import { type JsonObject, type JsonValue, setField } from "../json.ts";

/** The names of an object's fields, in a fixed order. */
export interface FieldNames {
  readonly names: readonly string[];
  /** Position in `names` by spelling; -1 for a field that is not in it. */
  readonly positions: Map<string, number>;
}

/**
 * The values of an object's known fields, in the order of their names, and its other fields under
 * their own names.
 */
export interface ObjectFields {
  readonly values: readonly (JsonValue | undefined)[];
  readonly extra: Readonly<Record<string, JsonValue>>;
}

/**
 * Messages have the same few spellings again and again. These limits are for a sender who makes
 * names up.
 */
const MAX_SPELLINGS = 250;
const MAX_SPELLING_LENGTH = 64;

/** Builds the names of fields, in our camelCase. Each may have aliases. */
export function fieldNames(
  names: readonly string[],
  aliases: Readonly<Record<string, readonly string[]>> = {},
): FieldNames {
  const positions = new Map<string, number>();
  for (const [position, name] of names.entries())
    for (const alias of [name, ...(aliases[name] ?? [])]) positions.set(caseless(alias), position);
  return { names, positions };
}

/**
 * Returns a field name in a form that ignores its casing: `NodeId`, `node_id` and `nodeId` are
 * equal.
 */
function caseless(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

/**
 * Returns the position of a field, whatever its casing; -1 for one that is not in the list.
 * Remembers the spelling.
 */
function positionOf(key: string, { positions }: FieldNames): number {
  const remembered = positions.get(key);
  if (remembered !== undefined) return remembered;
  const position = positions.get(caseless(key)) ?? -1;
  if (positions.size < MAX_SPELLINGS && key.length <= MAX_SPELLING_LENGTH)
    positions.set(key, position);
  return position;
}

/**
 * Returns our name of a field, whatever its casing; `undefined` for one that is not in the list.
 */
export function nameOf(key: string, names: FieldNames): string | undefined {
  const position = positionOf(key, names);
  return position === -1 ? undefined : names.names[position];
}

/**
 * Splits the fields of an object into known and other ones. If a field is present in two spellings,
 * the first one counts and the second one is kept as an extra field. A known field that is null
 * counts as absent.
 */
export function gather(raw: JsonObject, names: FieldNames): ObjectFields {
  const values: (JsonValue | undefined)[] = [];
  const extra: Record<string, JsonValue> = {};
  for (const key in raw) {
    const value = raw[key] as JsonValue;
    const position = positionOf(key, names);
    if (position === -1) setField(extra, key, value);
    else if (value === null) continue;
    else if (values[position] === undefined) values[position] = value;
    else setField(extra, key, value);
  }
  return { values, extra };
}
