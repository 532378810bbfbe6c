import type { EventType } from "@rainhooks/core/catalog";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import type { Item } from "@rainhooks/sinks/sink";
import type { EventDelivery } from "@rainhooks/webhook/classify";
import { loggedFromMs } from "../attempts/claim-attempt.ts";
import type { CopyMemory } from "../copies/memory.ts";
import { webhookIdOf } from "../copies/webhook-id.ts";
import type { ContentFilter } from "../destinations/content-filter.ts";
import type { Destination } from "../destinations/destination.ts";
import { wants } from "../destinations/wants.ts";
import type { EventMessage } from "../messages/attempt-message.ts";
import type { AppendedEvent } from "../outbox/append.ts";
import { usesOutbox } from "../outbox/lane.ts";
import type { PauseKey } from "../pauses/pause.ts";
import { pauseFor } from "../pauses/pause.ts";

/** How an event goes to a destination, and the message with which a worker sends it. */
export interface Route extends AppendedEvent {
  /** Id of the item of the event. */
  readonly id: string;
  /** The pause in which it is missed: it is sent from the archive afterwards. */
  readonly pause: PauseKey | undefined;
}

/** What is needed to route an event. */
export interface RouteDependencies {
  readonly copies: CopyMemory;
  /** Event types of which every event is in the archive: only they can be sent later. */
  readonly archived: ReadonlySet<EventType>;
  /** Returns whether the log of attempts shows an event as delivered to a destination. */
  readonly isDelivered: (webhookId: string, destination: string) => Promise<boolean>;
}

/** The attributes of the nodes of a batch, and the evaluator of conditions. */
export interface NodeLookup {
  readonly attributes: ReadonlyMap<string, NodeAttributes>;
  readonly holds: ContentFilter;
}

/**
 * Decides the route of an event to each destination that wants it: none for a copy, or for one that
 * is replayed and was delivered.
 */
export async function routesOf(
  item: Item<EventDelivery>,
  destinations: readonly Destination[],
  { attributes, holds }: NodeLookup,
  dependencies: RouteDependencies,
): Promise<Route[]> {
  const { event } = item.value;
  const { copies, archived } = dependencies;
  const wanting = destinations
    .map((destination) => ({ destination, pause: pauseFor(destination, event.type, archived) }))
    .filter(
      ({ destination, pause }) =>
        // A replay is for one destination.
        (event.replay === undefined || event.replay.address === destination.id) &&
        (destination.state !== "disabled" || pause !== undefined) &&
        wants(destination, event, (nodeId) => attributes.get(nodeId)?.tags ?? []) &&
        holds(destination, event, (nodeId) => attributes.get(nodeId)),
    );
  const isOnce = wanting.some(
    ({ destination, pause }) => pause === undefined && !destination.eachCopy,
  );
  const copy = isOnce ? await copies(event) : undefined;
  const routes = wanting.map(({ destination, pause }) => {
    const { kind, webhookId } =
      destination.eachCopy || copy === undefined
        ? { kind: "first", webhookId: webhookIdOf(event, destination) }
        : copy;
    if (kind === "copy" && pause === undefined) return [];
    return routeTo({ destination, pause, webhookId }, item, dependencies);
  });
  return (await Promise.all(routes)).flat();
}

async function routeTo(
  {
    destination,
    pause,
    webhookId,
  }: Pick<Route, "destination" | "pause"> & { readonly webhookId: string },
  { id, value }: Item<EventDelivery>,
  { isDelivered }: RouteDependencies,
): Promise<Route[]> {
  const { event, delivery, again, firstReceivedMs: sinceMs } = value;
  const isReplayed = event.replay !== undefined;
  const isForOutbox = usesOutbox(destination);
  const isMissed = pause === undefined && isReplayed && !isForOutbox;
  if (isMissed && (await isDelivered(webhookId, destination.id))) return [];
  const message: EventMessage = {
    destination: destination.id,
    webhookId,
    attempt: 1,
    sinceMs,
    delivery,
    ...(isForOutbox ? { isForOutbox } : {}),
    ...(isMissed ? { isMissed } : {}),
    // Of what a paused destination misses, it is not known whether it is a copy.
    ...(again !== undefined || pause !== undefined ? { isAgain: true } : {}),
    // An attempt for a message that was sent before may be under way.
    ...(again === "received" && !isForOutbox ? { dueAtMs: loggedFromMs(sinceMs) } : {}),
  };
  return [{ id, destination, event, message, isAgain: again !== undefined || isReplayed, pause }];
}
