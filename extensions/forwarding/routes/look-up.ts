import { shortType } from "@rainhooks/core/catalog";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { SearchHit } from "@rainhooks/stage/routes/answers";
import { parseAttemptId } from "../attempts/attempt.ts";
import { attemptsOfEvent } from "../attempts/read-attempts.ts";
import { isDestinationId } from "../destinations/ids.ts";
import { readDestination } from "../destinations/store.ts";
import { attemptsTable, destinationsTable } from "../forwarding-tables.ts";
import { forwardingOf } from "../operations/forwarding-of.ts";

/**
 * Returns the destination with an id, and the events whose requests had it as their `webhook-id`: that is
 * what receivers log. Two reads.
 */
export async function lookUp(reached: StageAccess, id: string): Promise<readonly SearchHit[]> {
  const { tables } = reached.outputs;
  if ([attemptsTable, destinationsTable].some(({ name }) => tables[name] === undefined)) return [];
  const { log, table } = forwardingOf(reached);
  const [attempts, found] = await Promise.all([
    attemptsOfEvent(log, parseAttemptId(id)?.webhookId ?? id),
    isDestinationId(id) ? readDestination(table, id) : undefined,
  ]);
  // Copies of an event have one id, and each has its delivery.
  const byDelivery = Map.groupBy(attempts, ({ deliveryId }) => deliveryId);
  const events = [...byDelivery].map(([deliveryId, all]): SearchHit => {
    const [{ eventType = "", publishedMs = 0 } = {}] = all;
    const note = `sent to ${[...new Set(all.map(({ destination }) => destination))].join(", ")}`;
    const params = { at: String(publishedMs) };
    return { kind: "event", title: shortType(eventType), note, page: "events", id: deliveryId, params };
  });
  const destination: SearchHit = { kind: "destination", title: id, page: "destinations", id };
  return found !== undefined ? [destination, ...events] : events;
}
