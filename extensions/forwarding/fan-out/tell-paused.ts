import { MINUTE_MS } from "@rainhooks/core/durations";
import type { DestinationCache } from "../destinations/cached-destinations.ts";

/**
 * Makes a function that returns the destinations, and tells once a minute how many of them are
 * paused, automatically or by a person. It also tells without destinations: the last paused one may
 * have been removed.
 */
export function tellPaused(
  known: () => Promise<DestinationCache>,
  tell: (paused: number) => void,
  nowMs: () => number,
): () => Promise<DestinationCache> {
  let toldMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const all = await known();
    if (nowMs() - toldMs >= MINUTE_MS) {
      toldMs = nowMs();
      tell(all.destinations.filter(({ state }) => state === "paused").length);
    }
    return all;
  };
}
