import { cacheRead } from "@rainhooks/core/cache";
import { SECOND_MS } from "@rainhooks/core/durations";
import { HEALTHY } from "../health/health.ts";
import type { DestinationStore } from "./destination-store.ts";
import { type AllDestinations, readAll } from "./store.ts";

/** The destinations as a function knows them. */
export type DestinationCache = ReturnType<typeof cacheOf>;

/** How long a function does not see a change of a destination. */
export const MAX_CACHE_AGE_MS = 5 * SECOND_MS;

/**
 * Makes a function that returns the destinations, read again when they are older than some seconds:
 * so long may it take until a change is seen.
 */
export function cacheDestinations({
  nowMs,
  ...store
}: DestinationStore & { readonly nowMs: () => number }): () => Promise<DestinationCache> {
  return cacheRead(() => readAll(store).then(cacheOf), { maxAgeMs: MAX_CACHE_AGE_MS, nowMs });
}

function cacheOf({ destinations, health }: AllDestinations) {
  const byId = new Map(destinations.map((one) => [one.id, one]));
  return {
    destinations,
    find: (id: string) => byId.get(id),
    healthOf: (id: string) => health.get(id) ?? HEALTHY,
  };
}
