import { catalogEntry, EVENT_TYPES, type EventType, RainhooksError, shortType } from "@rainhooks/core";

/**
 * The event type that a person means, who may leave `rmaker.event.` out.
 *
 * @throws {RainhooksError} `input-invalid` when RainMaker has none of that name.
 */
export function eventOf(text: string): EventType {
  const entry = catalogEntry(text) ?? catalogEntry(`rmaker.event.${text}`);
  if (entry === undefined) {
    const there = EVENT_TYPES.map(shortType).join(", ");
    throw new RainhooksError(
      "input-invalid",
      `${text} is no event of RainMaker's catalog. There are: ${there}.`,
    );
  }
  return entry.type;
}
