import { EVENT_TYPES, type EventType, shortType } from "@rainhooks/core/catalog";
import type { Destination } from "../destinations/destination.ts";
import type { PauseKey } from "./pause.ts";

/**
 * Returns the pause in which a destination misses an event that it can get later, from the archive: its event
 * type is archived.
 *
 * @returns `undefined` if the destination gets the event now, or never can.
 */
export function pauseFor(
  { id, state, pauseId }: Destination,
  type: EventType,
  archived: ReadonlySet<EventType>,
): PauseKey | undefined {
  if (state === "active" || pauseId === undefined || !archived.has(type)) return undefined;
  return { destination: id, pauseId };
}

/**
 * Reads event types as the environment of a function has them: without their prefix, with commas between.
 * Unknown ones are left out.
 */
export function parseArchived(text: string): ReadonlySet<EventType> {
  const short = new Set(text.split(","));
  return new Set(EVENT_TYPES.filter((type) => short.has(shortType(type))));
}
