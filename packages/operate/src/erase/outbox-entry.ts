import type { Attributes } from "@rainhooks/dynamodb";
import { decodeEvents, packEvents } from "@rainhooks/forwarding/outbox";
import { outboxTable } from "@rainhooks/forwarding/table";
import { eraseLine } from "./erase-line.ts";
import type { Renaming } from "./rename.ts";

/** Whether an item of a table has events that wait for a destination, packed. */
export function isOutboxEntry(table: string, item: Attributes): boolean {
  return table === outboxTable.name && item["events"]?.B !== undefined;
}

/**
 * Returns the attributes of an entry of the outbox that change. Its events go, or are renamed; the entry stays, since a batch that lacks one becomes a dead letter.
 */
export function renamedEntry(item: Attributes, renaming: Renaming): Attributes {
  let isChanged = false;
  const events = decodeEvents(item).flatMap((one) => {
    const erased = eraseLine(JSON.stringify(one.delivery), renaming);
    if (erased.kind === "kept") return [one];
    isChanged = true;
    return erased.kind === "dropped" ? [] : [{ ...one, delivery: JSON.parse(erased.line) }];
  });
  return isChanged ? { events: packEvents(events) } : {};
}
