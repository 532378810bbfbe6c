import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import type { ItemFailure } from "./sink.ts";

/** The result of encoding a value: the output, or the failure of its item. */
export type EncodeResult<Output> =
  | { readonly ok: true; readonly output: Output }
  | { readonly ok: false; readonly failure: ItemFailure };

/**
 * Encodes the value of one item. If `encode` throws (for example because deep nesting overflows the
 * stack), the item fails permanently: a retry would throw again.
 */
export function encodeItem<Output>(id: string, encode: () => Output): EncodeResult<Output> {
  try {
    return { ok: true, output: encode() };
  } catch (thrown) {
    return { ok: false, failure: { id, error: encodingError(thrown) } };
  }
}

/**
 * Converts an error of encoding to a permanent `sink-rejected`. A RainhooksError is returned
 * unchanged.
 */
export function encodingError(thrown: unknown): RainhooksError {
  if (thrown instanceof RainhooksError) return thrown;
  return new RainhooksError("sink-rejected", `The value cannot be encoded: ${messageOf(thrown)}.`, {
    cause: thrown,
    permanent: true,
  });
}
