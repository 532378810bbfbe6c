import { catalogEntry, type EventType, publishedNames } from "./catalog.ts";
import { RainhooksError } from "./errors.ts";

/**
 * Returns the event type of a name; its prefix may be omitted. An event that Rainhooks derives from
 * others is one, too. `undefined` when there is no such event.
 */
export function findEvent(text: string): EventType | undefined {
  return ["", "rmaker.event.", "rainhooks.event."].flatMap(
    (prefix) => catalogEntry(`${prefix}${text}`)?.type ?? [],
  )[0];
}

/**
 * Returns the event type of a name as {@link findEvent} does.
 *
 * @throws {RainhooksError} `input-invalid` when there is no such event.
 */
export function eventOf(text: string): EventType {
  const type = findEvent(text);
  if (type !== undefined) return type;
  const known = publishedNames().join(", ");
  throw new RainhooksError(
    "input-invalid",
    `${text} is not a RainMaker event type. Use one of: ${known}.`,
  );
}
