import { hasNestedValue, isJsonObject, type JsonValue, tryParseJson } from "../json.ts";

/** The data types of RainMaker's time series (`dt`). */
export type DataType = "bool" | "int" | "float" | "string" | "object" | "array";

/** A value with its data type. */
export interface TypedValue {
  readonly dataType: DataType;
  readonly value: JsonValue;
}

/**
 * Converts a value to the data type that its series declares: `"25.5"` of a float becomes 25.5, `1`
 * of a bool becomes true. Without a known declared type, the value keeps its own type. An int with
 * a fraction becomes a float; nothing is rounded. Returns `undefined` when the value does not fit
 * the type or cannot be stored exactly: a number that is not finite (`1e400`), or an integer beyond
 * 2^53.
 *
 * Some tools wrap the value as `{"value": 25.5}`; it is unwrapped unless the type is object.
 */
export function coerceValue(
  raw: JsonValue | undefined,
  declared: JsonValue | undefined,
): TypedValue | undefined {
  const value = unwrap(raw, declared);
  if (value === undefined || value === null) return undefined;
  const declaredType = isDataType(declared) ? declared : typeOf(value);
  const coerced = COERCE[declaredType](value);
  if (coerced === undefined) return undefined;
  const dataType = declaredType === "int" && !Number.isInteger(coerced) ? "float" : declaredType;
  const isInexact = dataType === "float" ? isNotFinite : isNotExact;
  // Check the input too: infinity converted to a string looks like any other text.
  return hasNestedValue(coerced, isInexact) || isInexact(value)
    ? undefined
    : { dataType, value: coerced };
}

function isNotFinite(value: JsonValue): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}

function isNotExact(value: JsonValue): boolean {
  return (
    typeof value === "number" &&
    !(Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value))
  );
}

function unwrap(
  raw: JsonValue | undefined,
  declared: JsonValue | undefined,
): JsonValue | undefined {
  if (declared === "object" || !isJsonObject(raw)) return raw;
  const keys = Object.keys(raw);
  return keys.length === 1 && keys[0] === "value" ? raw["value"] : raw;
}

function typeOf(value: JsonValue): DataType {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  if (typeof value === "string") return "string";
  return Array.isArray(value) ? "array" : "object";
}

/** It has one way to read a row of digits: the value of a device can be as long as its event. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function toNumber(value: JsonValue): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && DECIMAL.test(value.trim()) ? Number(value) : undefined;
}

function toBoolean(value: JsonValue): boolean | undefined {
  if (value === true || value === 1 || value === "true" || value === "1") return true;
  if (value === false || value === 0 || value === "false" || value === "0") return false;
  return undefined;
}

function toText(value: JsonValue): string | undefined {
  return typeof value === "object" ? undefined : String(value);
}

function unpacked(value: JsonValue): JsonValue | undefined {
  return typeof value === "string" ? tryParseJson(value) : value;
}

const COERCE: Record<DataType, (value: JsonValue) => JsonValue | undefined> = {
  bool: toBoolean,
  int: toNumber,
  float: toNumber,
  string: toText,
  object: (value) => {
    const plain = unpacked(value);
    return isJsonObject(plain) ? plain : undefined;
  },
  array: (value) => {
    const plain = unpacked(value);
    return Array.isArray(plain) ? plain : undefined;
  },
};

function isDataType(value: unknown): value is DataType {
  return typeof value === "string" && Object.hasOwn(COERCE, value);
}
