import type { DataType } from "@rainhooks/core/decode/series-value";

/** Kinds of values that can be aggregated together: integers and floats are one kind. */
export const VALUE_KINDS = ["number", "bool", "string", "array", "object"] as const;

/** A kind of values. */
export type ValueKind = (typeof VALUE_KINDS)[number];

/**
 * Returns the kind of a data type.
 */
export function kindOf(dataType: DataType): ValueKind {
  return dataType === "int" || dataType === "float" ? "number" : dataType;
}
