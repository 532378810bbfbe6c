import { EVENT_TYPES, type EventType, shortType } from "@rainhooks/core/catalog";

/**
 * Reads event types as the environment of a function has them: without their prefix, with commas between.
 * Unknown ones are left out.
 */
export function parseArchived(text: string): ReadonlySet<EventType> {
  const short = new Set(text.split(","));
  return new Set(EVENT_TYPES.filter((type) => short.has(shortType(type))));
}
