import { MINUTE_MS } from "@rainhooks/core/durations";
import type { DestinationCache } from "../destinations/known-destinations.ts";

/** Metric of how many destinations are paused. */
export const DESTINATIONS_PAUSED = "DestinationsPaused";

/** Options of {@link tellPaused}. */
export interface TellPausedOptions {
  readonly known: () => Promise<DestinationCache>;
  /** Receives the number of paused destinations, paused automatically or by a person. */
  readonly tell: (paused: number) => void;
  readonly nowMs: () => number;
}

/**
 * Makes a function that returns the destinations, and publishes once a minute how many of them are paused. No
 * worker publishes it, because nothing is attempted for a paused destination. It also publishes without
 * destinations: the last paused one may have been removed.
 */
export function tellPaused({ known, tell, nowMs }: TellPausedOptions): () => Promise<DestinationCache> {
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
