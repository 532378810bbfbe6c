import { catalogEntry, EVENT_TYPES, type EventType, shortType } from "@rainhooks/core/catalog";
import { type Field, listField, right, wrong } from "@rainhooks/core/fields";
import { describeValue } from "@rainhooks/core/json";

/** Reads event types, with or without `rmaker.event.`, or `all`. */
export function eventsField(value: unknown): Field<"all" | readonly EventType[]> {
  if (value === "all") return right("all");
  const list = eventList(value);
  if (!list.ok) return list;
  return list.value.length === 0
    ? wrong('must be "all" or a list of events, not an empty list')
    : right(list.value);
}

const eventList = listField({ max: EVENT_TYPES.length * 3 }, eventField);

function eventField(value: unknown): Field<EventType> {
  const text = typeof value === "string" ? value : "";
  const type = catalogEntry(text)?.type ?? EVENT_TYPES.find((one) => shortType(one) === text);
  return type === undefined
    ? wrong(
        `${describeValue(value)} is not an event. The events are ${EVENT_TYPES.map(shortType).join(", ")}`,
      )
    : right(type);
}
