import type { EventType } from "@rainhooks/core/catalog";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import type { CopyMemory } from "../copies/memory.ts";
import { webhookIdOf } from "../copies/webhook-id.ts";
import type { ContentFilter } from "../destinations/content-filter.ts";
import type { Destination } from "../destinations/destination.ts";
import type { DestinationCache } from "../destinations/known-destinations.ts";
import { wants } from "../destinations/wants.ts";
import type { AttemptMessage } from "../messages/attempt-message.ts";
import type { AppendedEvent } from "../outbox/append.ts";
import { usesOutbox } from "../outbox/lane.ts";
import type { PauseKey } from "../pauses/pause.ts";
import { pauseFor } from "../pauses/recoverable.ts";

/** An event, and the delivery that it was decoded from. */
export interface RoutedEvent {
  readonly event: RainmakerEvent;
  readonly delivery: Delivery;
  /** True if a function may have handled a part of it before. */
  readonly isRedelivered?: boolean;
}

/** What is sent of an event to one destination. */
type SentRoute =
  /** It is sent now. */
  | { readonly kind: "message"; readonly message: AttemptMessage }
  /** It waits in the outbox for further events, or for its turn. */
  | ({ readonly kind: "outbox" } & AppendedEvent)
  /** It was missed before, and is sent now after live events. */
  | { readonly kind: "recovered"; readonly message: AttemptMessage };

/** An event is missed, and is sent from the archive after the pause. */
interface Missed {
  readonly kind: "missed";
  readonly destination: Destination;
  readonly pause: PauseKey;
}

/** What becomes of an event for one destination. */
export type Route = SentRoute | Missed;

/** What is needed to route an event. */
export interface RouteDependencies {
  readonly copies: CopyMemory;
  /** Event types of which every event is in the archive. */
  readonly archived: ReadonlySet<EventType>;
  /** Returns whether the log of attempts shows an event as delivered to a destination. */
  readonly isDelivered: (webhookId: string, destination: string) => Promise<boolean>;
  readonly nowMs: () => number;
}

/**
 * Returns the destinations that get an event or miss it; for a replay, only the destination of the replay.
 */
function candidates(
  { event }: RoutedEvent,
  destinations: readonly Destination[],
  archived: ReadonlySet<EventType>,
): readonly Destination[] {
  const { replay, type } = event;
  const address = replay?.address;
  return destinations.filter(
    (one) =>
      (replay === undefined || one.id === address) &&
      (one.state !== "disabled" || pauseFor(one, type, archived) !== undefined),
  );
}

/** The attributes of the nodes of a batch, and the evaluator of conditions. */
export interface NodeLookup {
  readonly attributes: ReadonlyMap<string, NodeAttributes>;
  readonly holds: ContentFilter;
}

/** Decides the route of an event to each destination that wants it. */
export async function routesOf(
  item: RoutedEvent,
  { destinations }: Pick<DestinationCache, "destinations">,
  { attributes, holds }: NodeLookup,
  dependencies: RouteDependencies,
): Promise<readonly Route[]> {
  const { event } = item;
  const { archived } = dependencies;
  const wanting = candidates(item, destinations, archived).filter(
    (one) =>
      wants(one, event, (nodeId) => attributes.get(nodeId)?.tags ?? []) &&
      holds(one, event, (nodeId) => attributes.get(nodeId)),
  );
  const missed = wanting.flatMap((destination): Missed[] => {
    const pause = pauseFor(destination, event.type, archived);
    return pause === undefined ? [] : [{ kind: "missed", destination, pause }];
  });
  const sent = wanting.filter((one) => !missed.some(({ destination }) => destination === one));
  return [...(await messagesOf(item, sent, dependencies)), ...missed];
}

/** Returns how an event goes to some destinations; not at all if it is a copy. */
export async function messagesOf(
  item: RoutedEvent,
  wanting: readonly Destination[],
  dependencies: Pick<RouteDependencies, "copies" | "isDelivered" | "nowMs">,
): Promise<SentRoute[]> {
  const { event, delivery } = item;
  const claim = wanting.some(({ eachCopy }) => !eachCopy)
    ? await dependencies.copies.decide(event)
    : undefined;
  const routes = wanting.map(async (destination): Promise<SentRoute[]> => {
    if (!destination.eachCopy && claim?.kind === "copy") return [];
    const webhookId =
      destination.eachCopy || claim === undefined ? webhookIdOf(event, destination) : claim.webhookId;
    const sentAtMs = dependencies.nowMs();
    const message = { destination: destination.id, webhookId, attempt: 1, sentAtMs, delivery };
    return routesFor(item, destination, message, dependencies);
  });
  return (await Promise.all(routes)).flat();
}

/**
 * Returns how an event that is no copy goes to a destination; not at all if it is replayed, and was
 * delivered.
 */
async function routesFor(
  { event, isRedelivered = false }: RoutedEvent,
  destination: Destination,
  message: AttemptMessage,
  { isDelivered }: Pick<RouteDependencies, "isDelivered">,
): Promise<SentRoute[]> {
  const isReplayed = event.replay !== undefined;
  if (usesOutbox(destination))
    return [
      {
        ...{ kind: "outbox", destination, event, isAgain: isRedelivered || isReplayed },
        message: { ...message, isForOutbox: true },
      },
    ];
  if (!isReplayed)
    return [{ kind: "message", message: isRedelivered ? { ...message, isAgain: true } : message }];
  if (await isDelivered(message.webhookId, destination.id)) return [];
  return [{ kind: "recovered", message: { ...message, isMissed: true } }];
}

/** Returns the nodes of the events that some destinations are asked about. */
export function nodesFor(
  items: readonly RoutedEvent[],
  destinations: readonly Destination[],
  archived: ReadonlySet<EventType>,
): readonly string[] {
  const asked = items.flatMap((item) =>
    candidates(item, destinations, archived).some(
      ({ events }) => events === "all" || events.includes(item.event.type),
    )
      ? nodesOf(item.event)
      : [],
  );
  return [...new Set(asked)];
}
