import { MINUTE_MS } from "@rainhooks/core/durations";
import type { KnownDestinations } from "../destinations/known-destinations.ts";

/** Metric of how many destinations are paused. */
export const DESTINATIONS_PAUSED = "DestinationsPaused";

/** Options of {@link tellPaused}. */
export interface TellPausedOptions {
  readonly known: () => Promise<KnownDestinations>;
  /** Gets the number of paused destinations, by themselves or by somebody. */
  readonly tell: (paused: number) => void;
  readonly nowMs: () => number;
}

/**
 * Makes a function that returns the destinations, and tells once a minute how many of them are paused:
 * nothing is attempted for them, so nobody else says it. Also without destinations: the last one that was
 * paused may be gone.
 */
export function tellPaused({ known, tell, nowMs }: TellPausedOptions): () => Promise<KnownDestinations> {
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
