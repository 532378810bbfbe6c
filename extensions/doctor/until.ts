import { setTimeout as pause } from "node:timers/promises";
import { SECOND_MS } from "@rainhooks/core/durations";

/** Looks each second until something is found; returns `undefined` if it is not within the time. */
export async function until<Found>(
  { signal }: { readonly signal?: AbortSignal | undefined },
  maxMs: number,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (const endMs = performance.now() + maxMs; ; await pause(SECOND_MS, undefined, { signal })) {
    const found = await look();
    if (found !== undefined || performance.now() > endMs) return found;
  }
}
