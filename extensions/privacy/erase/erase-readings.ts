import type { JsonValue } from "@rainhooks/core/json";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { nameWithoutSlot } from "@rainhooks/dynamodb/slots/slot";
import { unpackDay } from "@rainhooks/time-series/day";
import { replaceValues } from "@rainhooks/time-series/group";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { NOBODY, type Renaming, renameValue, textIn } from "./rename.ts";

/** Returns those attributes of a group of points that change; `undefined` for another item. */
export function renamedGroup(
  table: string,
  item: Attributes,
  renaming: Renaming,
): Attributes | undefined {
  if (nameWithoutSlot(table) !== timeSeriesTable.name || item["data"]?.S === undefined)
    return undefined;
  if (!renaming.names.mayBeIn(item["data"].S)) return {};
  const renamed = replaceValues(item, (value) =>
    renamedReading(value, { ...renaming, isOfSeries: true }),
  );
  return Object.fromEntries(Object.entries(renamed).filter(([name, { S }]) => S !== item[name]?.S));
}

/** A reading becomes in a row what it becomes in the archive. */
function renamedReading(value: JsonValue, renaming: Renaming): JsonValue {
  if (typeof value === "string")
    return renameValue(textIn("v", value, false, renaming), NOBODY, renaming);
  if (typeof value !== "object" || value === null) return value;
  return JSON.parse(
    renameValue(textIn("v", JSON.stringify(value), true, renaming), NOBODY, renaming),
  );
}

/** Returns the quarters of a rollup, which are packed in its item; `undefined` for another item. */
export function quartersOf(table: string, { content, day }: Attributes): unknown[] | undefined {
  if (nameWithoutSlot(table) !== timeSeriesRollupsTable.name || content?.B === undefined)
    return undefined;
  return [...unpackDay(content.B, Number(day?.S)).values()];
}
