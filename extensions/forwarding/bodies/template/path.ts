import type { JsonValue } from "@rainhooks/core/json";

/** The way to a value: names of fields and indexes of lists, such as `["data", "groups", "0"]`. */
export type Path = readonly string[];

/** A name after a dot, or in brackets an index or a text in single quotes. */
const SEGMENT = /\.?([^.[\]{}'"\s]+)|\[(\d{1,9})\]|\['([^']*)'\]/y;

/**
 * Reads a path such as `data.groups[0].groupName`, `data.groups.0.groupName` or
 * `data.message['esp.alert.str']`. A name with a dot, a space or a bracket stands in brackets and
 * single quotes.
 *
 * @returns The path; `undefined` if the text is none.
 */
export function parsePath(text: string): Path | undefined {
  const path: string[] = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < text.length) {
    const startsWithDot = text[SEGMENT.lastIndex] === ".";
    const isFirst = SEGMENT.lastIndex === 0;
    const [match, name, index, quoted] = SEGMENT.exec(text) ?? [];
    const segment = name ?? index ?? quoted;
    if (match === undefined || segment === undefined) return undefined;
    // The first name has no dot, every other one has: the brackets need none.
    if (name !== undefined && startsWithDot === isFirst) return undefined;
    path.push(segment);
  }
  return path.length === 0 ? undefined : path;
}

const INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * Returns the value at a path: only what an object or a list contains itself. `undefined` if there
 * is nothing.
 */
export function valueAt(root: unknown, path: Path): JsonValue | undefined {
  let value = root;
  for (const segment of path) {
    if (typeof value !== "object" || value === null) return undefined;
    if (Array.isArray(value) && !INDEX.test(segment)) return undefined;
    if (!Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<string, unknown>)[segment];
  }
  return value as JsonValue | undefined;
}
