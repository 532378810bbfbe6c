import { mapLimited } from "@rainhooks/core/collections";
import { MINUTE_MS } from "@rainhooks/core/durations";

/** Options of {@link nodeCache}. */
export interface NodeCacheOptions<Known> {
  /** Reads values of nodes, such as their tags. */
  readonly read: (nodeId: string) => Promise<Known>;
  /** Age at which it is read again. @defaultValue 5 minutes */
  readonly maxAgeMs?: number;
  /** @defaultValue 10,000 */
  readonly maxNodes?: number;
  readonly nowMs: () => number;
}

const READS_AT_ONCE = 16;

/**
 * Makes a function that returns values of nodes, such as their tags, and caches those that it has read
 * recently.
 */
export function nodeCache<Known>({
  read,
  maxAgeMs = 5 * MINUTE_MS,
  maxNodes = 10_000,
  nowMs,
}: NodeCacheOptions<Known>): (nodeIds: readonly string[]) => Promise<ReadonlyMap<string, Known>> {
  const cache = new Map<string, { readonly atMs: number; readonly value: Known }>();
  const known = async (nodeId: string): Promise<Known> => {
    const cached = cache.get(nodeId);
    if (cached !== undefined && nowMs() - cached.atMs < maxAgeMs) return cached.value;
    const entry = { atMs: nowMs(), value: await read(nodeId) };
    // Moves it to the end of the map, so that the first one is the oldest.
    cache.delete(nodeId);
    cache.set(nodeId, entry);
    const [oldest] = cache.keys();
    if (cache.size > maxNodes && oldest !== undefined) cache.delete(oldest);
    return entry.value;
  };
  return async (nodeIds) =>
    new Map(await mapLimited(nodeIds, READS_AT_ONCE, async (id) => [id, await known(id)] as const));
}
