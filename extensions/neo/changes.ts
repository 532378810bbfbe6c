import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core/json";

/**
 * Returns the changed parts of an object; `undefined` if nothing has changed. Removed fields are not
 * returned. Lists and single values are returned whole. Both objects must not be nested too deeply.
 */
export function changesIn(was: JsonValue | undefined, is: JsonObject): JsonObject | undefined {
  const changed = Object.entries(is).flatMap(([key, value]): [string, JsonValue][] => {
    const before = isJsonObject(was) && Object.hasOwn(was, key) ? was[key] : undefined;
    if (!isJsonObject(value) || !isJsonObject(before))
      return isDeepStrictEqual(before, value) ? [] : [[key, value]];
    const inner = changesIn(before, value);
    return inner === undefined ? [] : [[key, inner]];
  });
  // It defines fields, whatever their names: none of them replaces a prototype.
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** Returns a field of an object from outside, if it is an object itself. */
export function objectIn(value: JsonValue | undefined, name: string): JsonObject | undefined {
  const inner = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return isJsonObject(inner) ? inner : undefined;
}
