/** A field of input that may be wrong: its value, or what is wrong with it. */
export type Field<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistake: string };

/**
 * Returns a field with a value.
 *
 * @example
 * ```ts
 * import { right } from "@rainhooks/core";
 *
 * console.log(right(7)); // { ok: true, value: 7 }
 * ```
 */
export function right<T>(value: T): Field<T> {
  return { ok: true, value };
}

/**
 * Returns a field without a value.
 *
 * @param mistake What is wrong with it.
 *
 * @example
 * ```ts
 * import { wrong } from "@rainhooks/core";
 *
 * console.log(wrong("must be a number")); // { ok: false, mistake: 'must be a number' }
 * ```
 */
export function wrong(mistake: string): Field<never> {
  return { ok: false, mistake };
}

/** Control characters and half surrogate pairs have no place in what people read. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/**
 * Returns true for a text without control characters and without half surrogate pairs.
 */
export function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text);
}
