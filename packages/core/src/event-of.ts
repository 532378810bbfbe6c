import { catalogEntry, type EventType, publishedNames } from "./catalog.ts";
import { RainhooksError } from "./errors.ts";

/**
 * Returns the event type of a name; its prefix may be omitted. An event that Rainhooks derives from others is
 * one, too.
 *
 * @throws {RainhooksError} `input-invalid` when there is no such event.
 */
export function eventOf(text: string): EventType {
  const entry =
    catalogEntry(text) ?? catalogEntry(`rmaker.event.${text}`) ?? catalogEntry(`rainhooks.event.${text}`);
  if (entry === undefined) {
    const known = publishedNames().join(", ");
    throw new RainhooksError("input-invalid", `${text} is not a RainMaker event type. Use one of: ${known}.`);
  }
  return entry.type;
}
