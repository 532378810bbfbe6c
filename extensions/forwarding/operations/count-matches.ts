import type { PublishedRange } from "@rainhooks/archive/hours/hours-to-read";
import { readHours } from "@rainhooks/archive/read/read-hours";
import { decode } from "@rainhooks/core/decode/decode";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { onTheWayMs } from "@rainhooks/stage/operate/archive/what-waits";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { hoursOf, stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { type StageAccess, tableOf } from "@rainhooks/stage/stage-access";
import { checkCondition, contentFilter } from "../destinations/content-filter.ts";
import type { Destination } from "../destinations/destination.ts";
import { wants } from "../destinations/wants.ts";
import { cacheAttributes } from "../fan-out/read-attributes.ts";

/**
 * Reads the archive, and counts the events that a destination would get, whatever its state: by its
 * events, nodes, tags and condition, and by the current attributes of the nodes. A copy for a
 * further user counts as an event. It sends nothing.
 *
 * @throws {RainhooksError} `input-invalid` for a condition that cannot be evaluated, `not-found` if
 * the stage has no archive.
 */
export async function countMatches(
  access: StageAccess,
  destination: Pick<Destination, "id" | "events" | "nodes" | "tags" | "where">,
  range: PublishedRange,
  { signal, onProgress }: OperationOptions = {},
) {
  await checkCondition(destination);
  const nowMs = Date.now();
  const isWanted = await destinationMatcher(access, destination);
  const sum = { events: 0, wanted: 0, objects: 0, deliveries: 0 };
  const hours = await hoursOf(access, range, nowMs);
  const onObject = () => {
    sum.objects += 1;
    onProgress?.({ step: "read-archive", objects: sum.objects, deliveries: sum.deliveries });
  };
  for await (const { deliveries } of readHours(stageArchive(access), hours, { onObject })) {
    signal?.throwIfAborted();
    sum.deliveries += deliveries.length;
    for (const { delivery } of deliveries) {
      if (delivery.sentAtMs < range.fromMs || delivery.sentAtMs >= range.toMs) continue;
      const decoded = decode(delivery);
      if (decoded.kind !== "event") continue;
      sum.events += 1;
      if (await isWanted(decoded.event)) sum.wanted += 1;
    }
  }
  // The end of the time may not be archived yet, so that it is not counted.
  const isIncomplete = range.toMs + onTheWayMs(access) > nowMs;
  return { ...range, events: sum.events, wanted: sum.wanted, isIncomplete };
}

/**
 * Returns a function that decides whether a destination wants an event; it reads each node once.
 */
async function destinationMatcher(
  access: StageAccess,
  destination: Pick<Destination, "id" | "events" | "nodes" | "tags" | "where">,
): Promise<(event: RainmakerEvent) => Promise<boolean>> {
  const holds = await contentFilter([destination]);
  const reader = {
    client: access.clients.dynamodb,
    tableName: tableOf(access, nodeStatusTable.name),
  };
  const attributesOf = cacheAttributes(reader, Date.now);
  const isAboutNodes = destination.tags.length > 0 || destination.where !== undefined;
  return async (event) => {
    // Who does not want the type needs no look at its nodes.
    if (destination.events !== "all" && !destination.events.includes(event.type)) return false;
    const known = isAboutNodes ? await attributesOf(nodesOf(event)) : new Map();
    return (
      wants(destination, event, (id) => known.get(id)?.tags ?? []) &&
      holds(destination, event, (id) => known.get(id))
    );
  };
}
