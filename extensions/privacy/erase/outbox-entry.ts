import type { Attributes } from "@rainhooks/dynamodb/key";
import { outboxTable } from "../../forwarding/forwarding-tables.ts";
import { decodeEvents, packEvents } from "../../forwarding/outbox/entry.ts";
import { eraseLine } from "./erase-line.ts";
import type { Renaming } from "./rename.ts";

/** An item, and its attributes that change; without them, it goes. */
export interface ItemChange {
  readonly item: Attributes;
  readonly changed: Attributes | undefined;
}

type Waiting = ReturnType<typeof decodeEvents>[number];

/** Whether an item of a table has events that wait for a destination, packed. */
export function isOutboxEntry(table: string, item: Attributes): boolean {
  return table === outboxTable.name && item["events"]?.B !== undefined;
}

/** Returns the events of an entry; none if they cannot be read, for those are never sent. */
function eventsOf(item: Attributes): Waiting[] {
  try {
    return decodeEvents(item);
  } catch {
    return [];
  }
}

/** Returns those events of an entry that name a subject. */
export function eventsWith(item: Attributes, renaming: Renaming): Waiting[] {
  return eventsOf(item).filter(
    ({ delivery }) => eraseLine(JSON.stringify(delivery), renaming).kind !== "kept",
  );
}

/**
 * Returns what becomes of an entry of the outbox. Its events go, or are renamed. An entry of others stays
 * without them, since a batch that lacks one becomes a dead letter; one in the lane of the node goes with its
 * last event.
 */
export function changeOfEntry(
  item: Attributes,
  isOfNode: boolean,
  renaming: Renaming,
): ItemChange | undefined {
  let isChanged = false;
  const events = eventsOf(item).flatMap((one) => {
    const erased = eraseLine(JSON.stringify(one.delivery), renaming);
    if (erased.kind === "kept") return [one];
    isChanged = true;
    return erased.kind === "dropped" ? [] : [{ ...one, delivery: JSON.parse(erased.line) }];
  });
  if (isOfNode && events.length === 0) return { item, changed: undefined };
  return isChanged ? { item, changed: { events: packEvents(events) } } : undefined;
}
