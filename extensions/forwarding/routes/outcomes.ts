import { shortType } from "@rainhooks/core/catalog";
import { mapLimited } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { queryStage } from "@rainhooks/stage/query/query-stage";
import type { RowOutcome, SearchHit } from "@rainhooks/stage/routes/responses";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { type Attempt, outcomeOf, parseAttemptId } from "../attempts/attempt.ts";
import { attemptsOfEvent } from "../attempts/read-attempts.ts";
import { webhookIdOf } from "../copies/webhook-id.ts";
import { type ContentFilter, contentFilter } from "../destinations/content-filter.ts";
import type { Destination } from "../destinations/destination.ts";
import { isDestinationId } from "../destinations/ids.ts";
import { readAll, readDestination } from "../destinations/store.ts";
import { wants } from "../destinations/wants.ts";
import { cacheAttributes } from "../fan-out/read-attributes.ts";
import { attemptsTable, destinationsTable } from "../forwarding-tables.ts";
import { forwardingOf } from "../operations/forwarding-of.ts";
import type { Pause } from "../pauses/pause.ts";

/** What became of a delivery at a destination. */
export interface DestinationOutcome {
  readonly id: string;
  /** Why it got nothing; absent if there were attempts. */
  readonly text?: string;
  readonly attempts: readonly AttemptOutcome[];
  /** True if the destination was removed since. */
  readonly isGone?: boolean;
}

/** An attempt, as a list has it. */
export type AttemptOutcome = ReturnType<typeof outcomeOf>;

/** Nodes of an event whose tags are read. */
const MAX_NODES = 20;

/** Returns what became of a delivery at each destination. */
export async function deliveryFields(
  access: StageAccess,
  delivery: Delivery,
): Promise<{ readonly destinations: readonly DestinationOutcome[] }> {
  const decoded = decode(delivery);
  const { sentAtMs } = delivery;
  if (decoded.kind !== "event" || !forwards(access)) return { destinations: [] };
  const { event } = decoded;
  const { log, table } = forwardingOf(access);
  const [{ destinations, pauses }, nodes, attempts] = await Promise.all([
    readAll(table),
    readNodes(access, event),
    attemptsOfDelivery((id) => attemptsOfEvent(log, id), event),
  ]);
  const holds = await contentFilter(destinations);
  const there = destinations.map((one): DestinationOutcome => {
    const own = attempts.get(one.id);
    return own === undefined
      ? {
          id: one.id,
          attempts: [],
          text: whyNothing(one, { pauses, event, sentAtMs, nodes, holds }),
        }
      : { id: one.id, attempts: own.map(outcomeOf) };
  });
  const ids = new Set(destinations.map(({ id }) => id));
  const gone = [...attempts].filter(([id]) => !ids.has(id));
  return {
    destinations: [
      ...there,
      ...gone.map(([id, all]) => ({ id, attempts: all.map(outcomeOf), isGone: true })),
    ],
  };
}

function forwards({ outputs: { tables } }: StageAccess): boolean {
  return tables[attemptsTable.name] !== undefined && tables[destinationsTable.name] !== undefined;
}

/** Reads the current attributes of the nodes of an event. */
async function readNodes(
  access: StageAccess,
  event: RainmakerEvent,
): Promise<ReadonlyMap<string, NodeAttributes>> {
  if (access.outputs.tables["node-status"] === undefined) return new Map();
  const { nodes } = queryStage(access).stores;
  return cacheAttributes(nodes, Date.now)(nodesOf(event).slice(0, MAX_NODES));
}

interface Sent {
  readonly pauses: readonly Pause[];
  readonly event: RainmakerEvent;
  readonly sentAtMs: number;
  readonly nodes: ReadonlyMap<string, NodeAttributes>;
  readonly holds: ContentFilter;
}

/** Returns why a destination has no attempt for an event. */
export function whyNothing(
  one: Destination,
  { pauses, event, sentAtMs, nodes, holds }: Sent,
): string {
  const { id, events, state, pausedAtMs, createdAtMs } = one;
  if (events !== "all" && !events.includes(event.type)) return "does not want such events";
  if (!wants(one, event, (node) => nodes.get(node)?.tags ?? []))
    return "does not want events of this node";
  if (!holds(one, event, (node) => nodes.get(node))) return "does not want it, by its condition";
  if (createdAtMs > sentAtMs) return "was added after it was published";
  const isMissed = pauses.some(
    ({ destination, missed }) =>
      destination === id &&
      missed !== undefined &&
      missed.fromMs <= sentAtMs &&
      sentAtMs <= missed.toMs,
  );
  if (isMissed || (state !== "active" && (pausedAtMs ?? 0) <= sentAtMs))
    return `was ${state === "active" ? "paused" : state} then, and gets it when it is resumed`;
  if (one.batchEvents !== undefined)
    return "gets events in batches, whose attempts are listed by batch";
  return "has no attempt yet, or none in the 30 days that attempts are kept";
}

/**
 * Returns the attempts of a delivery by their destinations, in the order of time: up to two
 * queries. Of a destination without one of this delivery, they are those of the same content at
 * another time, or for another user of the node if that was sent for all of them.
 *
 * @param attemptsOf Returns the attempts of a `webhook-id`.
 */
export async function attemptsOfDelivery(
  attemptsOf: (webhookId: string) => Promise<readonly Attempt[]>,
  event: RainmakerEvent,
): Promise<ReadonlyMap<string, readonly Attempt[]>> {
  const ids = [false, true].map((eachCopy) => webhookIdOf(event, { eachCopy }));
  const found = await Promise.all([...new Set(ids)].map(attemptsOf));
  const groups = Map.groupBy(found.flat(), ({ destination }) => destination);
  return new Map(
    [...groups].map(([destination, there]) => {
      const own = there.filter((one) => one.deliveryId === event.deliveryId);
      return [destination, (own.length > 0 ? own : there).toSorted((a, b) => a.atMs - b.atMs)];
    }),
  );
}

const READS_AT_ONCE = 16;

/**
 * Returns what came of deliveries at destinations that were tried: up to two queries for each
 * delivery.
 */
export async function outcomes(
  access: StageAccess,
  deliveries: readonly Delivery[],
): Promise<readonly (readonly RowOutcome[])[]> {
  if (!forwards(access)) return [];
  const { log } = forwardingOf(access);
  return mapLimited(deliveries, READS_AT_ONCE, async (delivery) => {
    const decoded = decode(delivery);
    if (decoded.kind !== "event") return [];
    const all = await attemptsOfDelivery((id) => attemptsOfEvent(log, id), decoded.event);
    return [...all].map(([to, attempts]) => ({ to, state: stateOf(attempts) }));
  });
}

function stateOf(attempts: readonly Attempt[]): RowOutcome["state"] {
  if (attempts.some(({ outcome }) => outcome === "delivered")) return "delivered";
  return attempts.at(-1)?.nextAtMs === undefined ? "failed" : "waiting";
}

/**
 * Returns the destination with an id, and the events whose requests had it as their `webhook-id`:
 * that is what receivers log. Two reads.
 */
export async function lookUp(access: StageAccess, id: string): Promise<readonly SearchHit[]> {
  if (!forwards(access)) return [];
  const { log, table } = forwardingOf(access);
  const [attempts, destination] = await Promise.all([
    attemptsOfEvent(log, parseAttemptId(id)?.webhookId ?? id),
    isDestinationId(id) ? readDestination(table, id) : undefined,
  ]);
  // Copies of an event have one id, and each has its delivery.
  const byDelivery = Map.groupBy(attempts, ({ deliveryId }) => deliveryId);
  const events = [...byDelivery].map(([deliveryId, all]): SearchHit => {
    const [{ eventType = "", publishedMs = 0 } = {}] = all;
    const note = `sent to ${[...new Set(all.map((one) => one.destination))].join(", ")}`;
    const params = { at: String(publishedMs) };
    return {
      kind: "event",
      title: shortType(eventType),
      note,
      page: "events",
      id: deliveryId,
      params,
    };
  });
  if (destination === undefined) return events;
  return [{ kind: "destination", title: id, page: "destinations", id }, ...events];
}
