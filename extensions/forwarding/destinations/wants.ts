import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { Destination } from "./destination.ts";

/** Returns the tags of a node, such as `city:Pune`. */
export type TagsOf = (nodeId: string) => readonly string[];

/**
 * Returns true if a destination wants an event, whatever the state of the destination: it wants the
 * type of the event, and with a filter of nodes or tags, one of the event's nodes is in the list or
 * has one of the tags. An event without a node does not pass such a filter.
 */
export function wants(
  { id, events, nodes, tags }: Pick<Destination, "id" | "events" | "nodes" | "tags">,
  event: RainmakerEvent,
  tagsOf: TagsOf,
): boolean {
  if (events !== "all" && !events.includes(event.type)) return false;
  if (isForOthers(event, id)) return false;
  if (nodes.length === 0 && tags.length === 0) return true;
  return nodesOf(event).some(
    (nodeId) =>
      nodes.includes(nodeId) ||
      (tags.length > 0 && tagsOf(nodeId).some((tag) => tags.includes(tag))),
  );
}

/** Returns true for an event about alarms whose rule names other destinations. */
function isForOthers(event: RainmakerEvent, id: string): boolean {
  if (event.type !== "rainhooks.event.alarm_changed") return false;
  const { destinations = [] } = event.data;
  return destinations.length > 0 && !destinations.includes(id);
}
