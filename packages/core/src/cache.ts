/** How long a value is used. */
export interface CachedOptions {
  /** Age at which it is read again, milliseconds. */
  readonly maxAgeMs: number;
  readonly nowMs: () => number;
}

/**
 * Makes a function that returns what was read for a key, and reads it again when it is too old, or
 * when the clock has gone back. Calls at one time share a read; a read that fails is not kept.
 *
 * @param options.maxKeys Maximum number of keys; those that were read first are left out.
 */
export function cacheByKey<Key, Value>(
  read: (key: Key) => Promise<Value>,
  {
    maxAgeMs,
    nowMs,
    maxKeys = Number.POSITIVE_INFINITY,
  }: CachedOptions & { readonly maxKeys?: number },
): (key: Key) => Promise<Value> {
  const cache = new Map<Key, { readonly atMs: number; readonly value: Promise<Value> }>();
  return async (key) => {
    const atMs = nowMs();
    let cached = cache.get(key);
    if (cached === undefined || atMs < cached.atMs || atMs - cached.atMs >= maxAgeMs) {
      cached = { atMs, value: read(key) };
      cache.delete(key);
      cache.set(key, cached);
      const [oldest] = cache.keys();
      if (cache.size > maxKeys && oldest !== undefined) cache.delete(oldest);
    }
    try {
      return await cached.value;
    } catch (error) {
      // Another one that waited for it may have been here before.
      if (cache.get(key) === cached) cache.delete(key);
      throw error;
    }
  };
}

/** Makes a function that returns what was read, as {@link cacheByKey} does. */
export function cacheRead<Value>(
  read: () => Promise<Value>,
  options: CachedOptions,
): () => Promise<Value> {
  const cached = cacheByKey<undefined, Value>(read, options);
  return () => cached(undefined);
}
