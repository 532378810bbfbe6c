import { messageOf, RainhooksError } from "@rainhooks/core/errors";

/** A value, or a function that returns it, for example from a store of secrets. */
export type ValueSource<T> = T | (() => T | Promise<T>);

/** Returns the value, or what the function returns. */
export function readProvided<T>(provided: ValueSource<T>): T | Promise<T> {
  return isFunction(provided) ? provided() : provided;
}

function isFunction<T>(provided: ValueSource<T>): provided is () => T | Promise<T> {
  return typeof provided === "function";
}

/**
 * Throws a temporary failure for what a sink could not read. Whatever is wrong with it, it is not
 * the items: they wait until it is put right.
 */
export function failToRead(cause: unknown): never {
  const message = `The URL, headers or secrets of the receiver cannot be read: ${messageOf(cause)}`;
  throw new RainhooksError("sink-unavailable", message, { cause });
}
