import { defined } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { queryStage } from "@rainhooks/stage/query/query-stage";
import type { StageAccess } from "@rainhooks/stage/reached";
import { type Attempt, attemptId } from "../attempts/attempt.ts";
import { attemptsOfEvent } from "../attempts/read-attempts.ts";
import { type ContentFilter, contentFilter } from "../destinations/content-filter.ts";
import type { Destination } from "../destinations/destination.ts";
import { readAll } from "../destinations/store.ts";
import { wants } from "../destinations/wants.ts";
import { readAttributes } from "../fan-out/read-attributes.ts";
import { destinationsTable } from "../forwarding-tables.ts";
import { forwardingOf } from "../operations/forwarding-of.ts";
import type { Pause } from "../pauses/pause.ts";
import { attemptsOfDelivery } from "./delivery-attempts.ts";

/** What became of a delivery at a destination. */
export interface DestinationOutcome {
  readonly id: string;
  /** Why it got nothing; absent if there were attempts. */
  readonly text?: string;
  readonly attempts: readonly AttemptAnswer[];
  /** True if the destination was removed since. */
  readonly isGone?: boolean;
}

/** An attempt, as a list has it. */
export type AttemptAnswer = Pick<
  Attempt,
  "attempt" | "atMs" | "outcome" | "status" | "error" | "nextAtMs"
> & {
  readonly id: string;
};

/** Nodes of an event whose tags are read. */
const MAX_NODES = 20;

/** Returns what became of a delivery at each destination. */
export async function destinationOutcomes(
  reached: StageAccess,
  delivery: Delivery,
): Promise<DestinationOutcome[]> {
  const decoded = decode(delivery);
  const { sentAtMs } = delivery;
  if (decoded.kind !== "event" || reached.outputs.tables[destinationsTable.name] === undefined) return [];
  const { event } = decoded;
  const { log, table } = forwardingOf(reached);
  const [{ destinations, pauses }, nodes, attempts] = await Promise.all([
    readAll(table),
    knownNodes(reached, event),
    attemptsOfDelivery((id) => attemptsOfEvent(log, id), event),
  ]);
  const holds = await contentFilter(destinations);
  const known = new Set(destinations.map((one) => one.id));
  const gone = [...attempts.keys()].filter((one) => !known.has(one));
  return [
    ...destinations.map((one) => {
      const own = attempts.get(one.id);
      return own === undefined
        ? { id: one.id, attempts: [], text: whyNothing(one, { pauses, event, sentAtMs, nodes, holds }) }
        : { id: one.id, attempts: own.map(shown) };
    }),
    ...gone.map((id) => ({ id, attempts: (attempts.get(id) ?? []).map(shown), isGone: true })),
  ];
}

function shown(one: Attempt): AttemptAnswer {
  const { attempt, atMs, outcome, status, error, nextAtMs } = one;
  return { id: attemptId(one), attempt, atMs, outcome, ...defined({ status, error, nextAtMs }) };
}

/** Reads the current attributes of the nodes of an event. */
async function knownNodes(reached: StageAccess, event: RainmakerEvent) {
  if (reached.outputs.tables["node-status"] === undefined) return new Map<string, NodeAttributes>();
  const { nodes } = queryStage(reached).stores;
  const found = await Promise.all(
    nodesOf(event)
      .slice(0, MAX_NODES)
      .map(async (id) => [id, await readAttributes(nodes, id)] as const),
  );
  return new Map(found);
}

interface Sent {
  readonly pauses: readonly Pause[];
  readonly event: RainmakerEvent;
  readonly sentAtMs: number;
  readonly nodes: ReadonlyMap<string, NodeAttributes>;
  readonly holds: ContentFilter;
}

/** Returns why a destination has no attempt for an event. */
export function whyNothing(one: Destination, { pauses, event, sentAtMs, nodes, holds }: Sent): string {
  const { id, events, state, pausedAtMs, createdAtMs } = one;
  if (events !== "all" && !events.includes(event.type)) return "does not want such events";
  if (!wants(one, event, (node) => nodes.get(node)?.tags ?? [])) return "does not want events of this node";
  if (!holds(one, event, (node) => nodes.get(node))) return "does not want it, by its condition";
  if (createdAtMs > sentAtMs) return "was added after it was published";
  const isMissed = pauses.some(
    ({ destination, missed }) =>
      destination === id && missed !== undefined && missed.fromMs <= sentAtMs && sentAtMs <= missed.toMs,
  );
  if (isMissed || (state !== "active" && (pausedAtMs ?? 0) <= sentAtMs))
    return `was ${state === "active" ? "paused" : state} then, and gets it when it is resumed`;
  if (one.batchEvents !== undefined) return "gets events in batches, whose attempts are listed by batch";
  return "has no attempt yet, or none in the 30 days that attempts are kept";
}
