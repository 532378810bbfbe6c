/** Any value that JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * Levels of arrays and objects that JSON from outside may have. `JSON.parse` reads any depth, but whatever walks the
 * value afterwards (`JSON.stringify` among it) overflows the stack at a few thousand levels. RainMaker's own events have
 * fewer than ten.
 */
export const MAX_JSON_DEPTH = 64;

/** True for an object that is neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What text turned out to be: JSON, or why not. */
export type ParsedJson =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly reason: "not-json" | "too-deep" };

/** Parses JSON text of at most {@link MAX_JSON_DEPTH} levels. Never throws. */
export function parseJson(text: string): ParsedJson {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return { ok: false, reason: "not-json" };
  }
  return isTooDeep(value) ? { ok: false, reason: "too-deep" } : { ok: true, value };
}

/** Parses JSON text; `undefined` when it is not JSON, or nested deeper than {@link MAX_JSON_DEPTH}. */
export function tryParseJson(text: string): JsonValue | undefined {
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : undefined;
}

/** True when a value has more levels of arrays and objects than `maxDepth`. Uses no recursion beyond that depth. */
export function isTooDeep(value: unknown, maxDepth = MAX_JSON_DEPTH): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (maxDepth === 0) return true;
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return children.some((child) => isTooDeep(child, maxDepth - 1));
}

/** True when a test holds for a value or for anything in it. The value must not be too deep. */
export function someValue(value: JsonValue, test: (value: JsonValue) => boolean): boolean {
  if (test(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((child) => someValue(child, test));
}

const MAX_SHOWN = 80;

/** A value from outside in a few words, for messages: never long, and never walked into. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value);
  }
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return value === undefined ? "nothing" : String(value);
}
