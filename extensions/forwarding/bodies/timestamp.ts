import { isPlausibleTime } from "@rainhooks/core/decode/time";
import type { RainmakerEvent } from "@rainhooks/core/event";

/**
 * Returns when an event happened (ISO 8601); for an event with an implausible time, when it was published.
 */
export function timestampOf({ atMs, sentAtMs }: RainmakerEvent): string {
  return new Date(isPlausibleTime(atMs, sentAtMs) ? atMs : sentAtMs).toISOString();
}
