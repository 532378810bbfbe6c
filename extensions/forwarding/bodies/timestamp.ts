import { isPlausibleTime, type RainmakerEvent } from "@rainhooks/core";

/**
 * Returns when an event happened (ISO 8601); for an event with an implausible time, when it was published.
 */
export function timestampOf({ atMs, sentAtMs }: RainmakerEvent): string {
  return new Date(isPlausibleTime(atMs, sentAtMs) ? atMs : sentAtMs).toISOString();
}
