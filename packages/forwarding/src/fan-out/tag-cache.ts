import { MINUTE_MS, mapLimited } from "@rainhooks/core";

/** Options of {@link tagCache}. */
export interface TagCacheOptions {
  /** Reads the tags of a node. */
  readonly read: (nodeId: string) => Promise<readonly string[]>;
  /** Age at which tags are read again. @defaultValue 5 minutes */
  readonly maxAgeMs?: number;
  /** @defaultValue 10,000 */
  readonly maxNodes?: number;
  readonly nowMs: () => number;
}

const READS_AT_ONCE = 16;

/**
 * Makes a function that returns the tags of nodes, and remembers those that it has read lately.
 *
 * @example
 * ```ts
 * import { tagCache } from "@rainhooks/forwarding";
 *
 * const tagsOf = tagCache({ read: async (nodeId) => [`name:${nodeId}`], nowMs: Date.now });
 * console.log((await tagsOf(["kitchen"])).get("kitchen")); // [ 'name:kitchen' ]
 * ```
 */
export function tagCache({
  read,
  maxAgeMs = 5 * MINUTE_MS,
  maxNodes = 10_000,
  nowMs,
}: TagCacheOptions): (nodeIds: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>> {
  const cache = new Map<string, { readonly atMs: number; readonly tags: readonly string[] }>();
  const tagsOf = async (nodeId: string): Promise<readonly string[]> => {
    const cached = cache.get(nodeId);
    if (cached !== undefined && nowMs() - cached.atMs < maxAgeMs) return cached.tags;
    const entry = { atMs: nowMs(), tags: await read(nodeId) };
    // At the end of the map, so that the first of it is the oldest.
    cache.delete(nodeId);
    cache.set(nodeId, entry);
    const [oldest] = cache.keys();
    if (cache.size > maxNodes && oldest !== undefined) cache.delete(oldest);
    return entry.tags;
  };
  return async (nodeIds) =>
    new Map(await mapLimited(nodeIds, READS_AT_ONCE, async (id) => [id, await tagsOf(id)] as const));
}
