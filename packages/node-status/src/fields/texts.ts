import type { JsonValue } from "@rainhooks/core";

/** Texts are cut so that a row stays within the kilobyte that one write unit pays for. */
export const MAX_NAME_LENGTH = 100;

/** The first `max` code units of a text; half of a surrogate pair becomes a replacement character. */
export function cut(text: string, max: number): string {
  return text.slice(0, max).toWellFormed();
}

/** An object with a text under a key; empty for anything but a text. */
export function optionalText<Key extends string>(
  key: Key,
  value: JsonValue | undefined,
): Partial<Record<Key, string>> {
  if (typeof value !== "string" || value === "") return {};
  return { [key]: cut(value, MAX_NAME_LENGTH) } as Record<Key, string>;
}
