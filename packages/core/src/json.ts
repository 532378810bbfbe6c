/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * Maximum nesting of arrays and objects in JSON from outside. `JSON.parse` accepts any depth, but
 * code that walks the value afterwards (including `JSON.stringify`) overflows the stack at a few
 * thousand levels. RainMaker's own events have fewer than ten.
 */
export const MAX_JSON_DEPTH = 64;

/** True for an object that is neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Sets a field whose name is from outside: assigning to `__proto__` would replace the prototype.
 */
export function setField<Value>(target: Record<string, Value>, key: string, value: Value): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else target[key] = value;
}

/** The result of parsing: a JSON value, or why there is none. */
export type ParsedJson =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly reason: "not-json" | "too-deep" };

/** Parses JSON text with up to {@link MAX_JSON_DEPTH} levels. Never throws. */
export function parseJson(text: string): ParsedJson {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return { ok: false, reason: "not-json" };
  }
  return isTooDeep(value) ? { ok: false, reason: "too-deep" } : { ok: true, value };
}

/**
 * Parses JSON text; returns `undefined` when it is not JSON, or nested more deeply than
 * {@link MAX_JSON_DEPTH}.
 */
export function tryParseJson(text: string): JsonValue | undefined {
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : undefined;
}

/**
 * True when a value has more than `maxDepth` levels of arrays and objects. Its recursion never goes
 * deeper than that.
 */
export function isTooDeep(value: unknown, maxDepth = MAX_JSON_DEPTH): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (maxDepth === 0) return true;
  if (Array.isArray(value)) {
    for (const child of value) if (isTooDeep(child, maxDepth - 1)) return true;
  } else {
    for (const key in value) if (isTooDeep((value as JsonObject)[key], maxDepth - 1)) return true;
  }
  return false;
}

/**
 * True when a test is true for a value or for anything inside it. The value must not be nested too
 * deeply.
 */
export function hasNestedValue(value: JsonValue, test: (value: JsonValue) => boolean): boolean {
  if (test(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((child) => hasNestedValue(child, test));
}

const MAX_SHOWN = 80;

/**
 * Describes a value from outside briefly, for messages: long texts are cut, and nested values are
 * not read.
 */
export function describeValue(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value);
  }
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return value === undefined ? "nothing" : String(value);
}
