import { WEBHOOKS } from "@rainhooks/app-list";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { type Attempt, attemptId } from "@rainhooks/extensions/forwarding/attempts/attempt";
import { attemptsOfEvent } from "@rainhooks/extensions/forwarding/attempts/read-attempts";
import { webhookIdOf } from "@rainhooks/extensions/forwarding/copies/webhook-id";
import {
  type ContentFilter,
  contentFilter,
} from "@rainhooks/extensions/forwarding/destinations/content-filter";
import type { Destination } from "@rainhooks/extensions/forwarding/destinations/destination";
import { readAll } from "@rainhooks/extensions/forwarding/destinations/store";
import { wants } from "@rainhooks/extensions/forwarding/destinations/wants";
import { destinationsTable } from "@rainhooks/extensions/forwarding/forwarding-tables";
import { forwardingOf } from "@rainhooks/extensions/forwarding/operations/forwarding-of";
import type { Pause } from "@rainhooks/extensions/forwarding/pauses/pause";
import { lettersOfDelivery } from "@rainhooks/extensions/repair/dead-letters/of-delivery";
import { readAttributes } from "@rainhooks/node-status/read-attributes";
import { webhookVerdicts } from "@rainhooks/stage/operate/trace/verdicts";
import { askedStage } from "@rainhooks/stage/query/asked-stage";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { NO_REASON } from "@rainhooks/stage/read-dead-letters";
import { type ShownDelivery, shownDelivery } from "@rainhooks/stage/routes/deliveries";

/** What became of a delivery: what each webhook did with it, and each destination. */
export interface OutcomesAnswer {
  readonly delivery: ShownDelivery;
  readonly webhooks: readonly { readonly webhook: string; readonly kind: string; readonly text: string }[];
  readonly destinations: readonly DestinationOutcome[];
}

/** What became of a delivery at a destination. */
export interface DestinationOutcome {
  readonly id: string;
  /** Why it got nothing; absent if there were attempts. */
  readonly text?: string;
  readonly attempts: readonly ShownAttempt[];
  /** True if the destination was removed since. */
  readonly isGone?: boolean;
}

/** An attempt, as a list has it. */
export type ShownAttempt = Pick<Attempt, "attempt" | "atMs" | "outcome" | "status" | "error" | "nextAtMs"> & {
  readonly id: string;
};

/** A dead letter of a delivery. */
export interface LetterOfDelivery {
  readonly webhook: string;
  readonly messageId: string;
  readonly sentAtMs?: number | undefined;
  readonly errorCode?: string | undefined;
  readonly reason: string;
}

/** Copies of an event for further users whose attempts are looked for, besides the first. */
const MAX_NUMBER = 3;
/** Nodes of an event whose tags are read. */
const MAX_NODES = 20;

/** Returns what became of a delivery. */
export async function outcomesOf(reached: ReachedStage, delivery: Delivery): Promise<OutcomesAnswer> {
  const decoded = decode(delivery);
  const [verdicts, destinations] = await Promise.all([
    webhookVerdicts(reached, delivery, WEBHOOKS),
    decoded.kind === "event" ? destinationOutcomes(reached, delivery, decoded.event) : [],
  ]);
  return {
    delivery: shownDelivery(delivery),
    webhooks: verdicts.map(({ webhook, verdict, text }) => {
      return { webhook, kind: verdict?.kind ?? "unknown", text };
    }),
    destinations,
  };
}

async function destinationOutcomes(
  reached: ReachedStage,
  { id, sentAtMs }: Delivery,
  event: RainmakerEvent,
): Promise<DestinationOutcome[]> {
  if (reached.outputs.tables[destinationsTable.name] === undefined) return [];
  const { log, table } = forwardingOf(reached);
  const ids = [false, true].map((eachCopy) => webhookIdOf(event, { eachCopy }));
  const numbered = Array.from({ length: MAX_NUMBER - 1 }, (_, index) => `${ids[0]}-${index + 2}`);
  const [{ destinations, pauses }, nodes, ...found] = await Promise.all([
    readAll(table),
    knownNodes(reached, event),
    ...[...new Set([...ids, ...numbered])].map((webhookId) => attemptsOfEvent(log, webhookId)),
  ]);
  const attempts = found.flat();
  const holds = await contentFilter(destinations);
  const known = new Set(destinations.map((one) => one.id));
  const gone = new Set(attempts.map(({ destination }) => destination).filter((one) => !known.has(one)));
  return [
    ...destinations.map((one) =>
      outcomeAt(one.id, id, attempts, whyNothing(one, { pauses, event, sentAtMs, nodes, holds })),
    ),
    ...[...gone].map((one) => ({ ...outcomeAt(one, id, attempts, ""), isGone: true })),
  ];
}

function outcomeAt(
  id: string,
  deliveryId: string,
  all: readonly Attempt[],
  text: string,
): DestinationOutcome {
  const there = all.filter(({ destination }) => destination === id);
  // Of the same content at another time, or for another user of the node if that was sent for all of them.
  const own = there.filter((one) => one.deliveryId === deliveryId);
  const attempts = (own.length > 0 ? own : there)
    .sort((a, b) => a.atMs - b.atMs)
    .map((one) => {
      const { attempt, atMs, outcome, status, error, nextAtMs } = one;
      return {
        ...{ id: attemptId(one), attempt, atMs, outcome },
        ...(status === undefined ? {} : { status }),
        ...(error === undefined ? {} : { error }),
        ...(nextAtMs === undefined ? {} : { nextAtMs }),
      };
    });
  return { id, attempts, ...(attempts.length === 0 ? { text } : {}) };
}

/** Reads what is known of the nodes of an event now. */
async function knownNodes(reached: ReachedStage, event: RainmakerEvent) {
  if (reached.outputs.tables["node-status"] === undefined) return new Map<string, NodeAttributes>();
  const { nodes } = askedStage(reached).stores;
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

/** Reads the dead letters of a delivery. */
export async function lettersOf(reached: ReachedStage, deliveryId: string): Promise<LetterOfDelivery[]> {
  const found = await lettersOfDelivery(reached, deliveryId);
  return found.flatMap(({ webhook, letters }) =>
    letters.map(({ messageId, sentAtMs, errorCode, reason = NO_REASON }) => {
      return { webhook, messageId, sentAtMs, errorCode, reason };
    }),
  );
}
