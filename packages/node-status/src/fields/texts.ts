import type { JsonValue } from "@rainhooks/core/json";

/** Texts are shortened so that a row stays within 1 KB, which costs one write unit. */
export const MAX_NAME_LENGTH = 100;

/**
 * Returns the first `max` code units of a text. An incomplete surrogate pair becomes a replacement
 * character.
 */
export function truncateText(text: string, max: number): string {
  return text.slice(0, max).toWellFormed();
}

/**
 * Returns an object with the text under `key`; an empty object if the value is not a text or is
 * empty.
 */
export function optionalText<Key extends string>(
  key: Key,
  value: JsonValue | undefined,
): Partial<Record<Key, string>> {
  if (typeof value !== "string" || value === "") return {};
  return { [key]: truncateText(value, MAX_NAME_LENGTH) } as Record<Key, string>;
}
