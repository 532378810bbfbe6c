/** How long a value is used. */
export interface CachedOptions {
  /** Age at which it is read again, milliseconds. */
  readonly maxAgeMs: number;
  readonly nowMs: () => number;
}

/**
 * Makes a function that returns what was read, and reads it again when it is too old, or when the clock has
 * gone back. Calls at one time share a read; a read that fails is not kept.
 */
export function cacheRead<Value>(
  read: () => Promise<Value>,
  { maxAgeMs, nowMs }: CachedOptions,
): () => Promise<Value> {
  let last: { readonly atMs: number; readonly value: Promise<Value> } | undefined;
  return async () => {
    const atMs = nowMs();
    if (last === undefined || atMs < last.atMs || atMs - last.atMs >= maxAgeMs)
      last = { atMs, value: read() };
    const { value } = last;
    try {
      return await value;
    } catch (error) {
      // Another one that waited for it may have been here before.
      if (last?.value === value) last = undefined;
      throw error;
    }
  };
}
