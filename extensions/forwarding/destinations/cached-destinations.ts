import { cacheRead } from "@rainhooks/core/cache";
import { SECOND_MS } from "@rainhooks/core/durations";
import { type DestinationHealth, HEALTHY } from "../health/health.ts";
import type { Destination } from "./destination.ts";
import type { DestinationStore } from "./destination-store.ts";
import { type AllDestinations, readAll } from "./store.ts";

/** The destinations as a function knows them. */
export interface DestinationCache {
  readonly destinations: readonly Destination[];
  find(id: string): Destination | undefined;
  healthOf(id: string): DestinationHealth;
}

/** How long a function does not see a change of a destination. */
export const MAX_CACHE_AGE_MS = 5 * SECOND_MS;

/** Options of {@link cacheDestinations}. */
export interface DestinationCacheOptions extends DestinationStore {
  /** Age at which they are read again. @defaultValue 5 seconds */
  readonly maxAgeMs?: number;
  readonly nowMs: () => number;
}

/**
 * Makes a function that returns the destinations, read again when they are older than some seconds: so long
 * may it take until a change is seen.
 */
export function cacheDestinations(options: DestinationCacheOptions): () => Promise<DestinationCache> {
  const { maxAgeMs = MAX_CACHE_AGE_MS, nowMs } = options;
  return cacheRead(() => readAll(options).then(toKnown), { maxAgeMs, nowMs });
}

function toKnown({ destinations, health }: AllDestinations): DestinationCache {
  const byId = new Map(destinations.map((one) => [one.id, one]));
  return {
    destinations,
    find: (id) => byId.get(id),
    healthOf: (id) => health.get(id) ?? HEALTHY,
  };
}
