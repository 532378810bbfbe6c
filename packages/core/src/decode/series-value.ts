import { isJsonObject, type JsonValue, tryParseJson } from "../json.ts";

/** The value types of RainMaker's time series (`dt`). */
export type DataType = "bool" | "int" | "float" | "string" | "object" | "array";

/** A value with the type it has. */
export interface TypedValue {
  readonly dataType: DataType;
  readonly value: JsonValue;
}

/**
 * Gives a reading the type its series declares: `"25.5"` of a float is 25.5, `1` of a bool is true. A series that
 * declares no known type gets the type its value has. `undefined` when the two cannot be brought together.
 *
 * Some tools wrap the value as `{"value": 25.5}`; that is unwrapped unless the type is object.
 */
export function coerceValue(
  raw: JsonValue | undefined,
  declared: JsonValue | undefined,
): TypedValue | undefined {
  const value = unwrap(raw, declared);
  if (value === undefined || value === null) return undefined;
  const dataType = isDataType(declared) ? declared : typeOf(value);
  const coerced = COERCE[dataType](value);
  return coerced === undefined ? undefined : { dataType, value: coerced };
}

function unwrap(raw: JsonValue | undefined, declared: JsonValue | undefined): JsonValue | undefined {
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

function toNumber(value: JsonValue): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
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
