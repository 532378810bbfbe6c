import { setTimeout as pause } from "node:timers/promises";

const TICK_MS = 10;

/** Publishes at a rate for some seconds; returns how often. */
export async function publishAt(perS: number, seconds: number, publish: () => void): Promise<number> {
  const startedMs = performance.now();
  let published = 0;
  while (published < perS * seconds) {
    const due = Math.min(perS * seconds, Math.floor(((performance.now() - startedMs) / 1000) * perS));
    for (; published < due; published += 1) publish();
    await pause(TICK_MS);
  }
  return published;
}
