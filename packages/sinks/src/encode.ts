import { messageOf, RainhooksError } from "@rainhooks/core";
import type { ItemFailure } from "./sink.ts";

/** What became of turning a value into what is written. */
export type Encoded<Output> =
  | { readonly ok: true; readonly output: Output }
  | { readonly ok: false; readonly failure: ItemFailure };

/**
 * Turns one item's value into what is written. A value on which that throws (one nested so deep that it overflows the
 * stack, say) fails alone and for good: it would throw again.
 */
export function encodeItem<Output>(id: string, encode: () => Output): Encoded<Output> {
  try {
    return { ok: true, output: encode() };
  } catch (thrown) {
    return { ok: false, failure: { id, error: encodingError(thrown) } };
  }
}

/** The failure of a value that cannot be encoded: `sink-rejected`, for good, unless it says otherwise itself. */
export function encodingError(thrown: unknown): RainhooksError {
  if (thrown instanceof RainhooksError) return thrown;
  return new RainhooksError("sink-rejected", `The value cannot be written: ${messageOf(thrown)}.`, {
    cause: thrown,
    permanent: true,
  });
}
