import { catalogEntry, EVENT_TYPES, type EventType, RainhooksError, shortType } from "@rainhooks/core";

/**
 * Returns the event type of a name; the prefix `rmaker.event.` may be omitted.
 *
 * @throws {RainhooksError} `input-invalid` when RainMaker has no such event.
 */
export function eventOf(text: string): EventType {
  const entry = catalogEntry(text) ?? catalogEntry(`rmaker.event.${text}`);
  if (entry === undefined) {
    const known = EVENT_TYPES.map(shortType).join(", ");
    throw new RainhooksError("input-invalid", `${text} is not a RainMaker event type. Use one of: ${known}.`);
  }
  return entry.type;
}
