import type { NodeAttributes } from "@rainhooks/conditions";
import { type EventType, mapLimited, toRainhooksError } from "@rainhooks/core";
import { type Item, type ItemFailure, oneEach, type Sink } from "@rainhooks/sinks";
import type { CopyMemory } from "../copies/memory.ts";
import { asksForNode, contentFilter } from "../destinations/content-filter.ts";
import type { KnownDestinations } from "../destinations/known-destinations.ts";
import type { AttemptMessage, WorkerMessage } from "../messages/attempt-message.ts";
import type { SendAttempts, UnsentAttempt } from "../messages/send-attempts.ts";
import type { AppendToOutbox } from "../outbox/append.ts";
import { type Pause, pauseText } from "../pauses/pause.ts";
import type { MissedEvents } from "../pauses/widen.ts";
import { type KnownNodes, nodesFor, type Route, type RoutedEvent, routesOf } from "./route.ts";

export type { RoutedEvent } from "./route.ts";

/** Options of {@link fanOutSink}. */
export interface FanOutOptions {
  readonly destinations: () => Promise<KnownDestinations>;
  readonly copies: CopyMemory;
  /** Returns the tags of nodes, by their ids. It is asked only if a destination wants some tags. */
  readonly tagsOf: (nodeIds: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;
  /** Returns what is known of nodes, by their ids. It is asked only if the condition of a destination asks for it. */
  readonly attributesOf: (nodeIds: readonly string[]) => Promise<ReadonlyMap<string, NodeAttributes>>;
  /** Sends messages to the queue of attempts. */
  readonly send: SendAttempts;
  /** Sends messages of events that were missed before to the queue of retries, where they hold up no live event. */
  readonly sendMissed: SendAttempts;
  /** Puts events into the outbox of destinations with batches or order. */
  readonly append: AppendToOutbox;
  /** Event types of which every event is in the archive: only they can be sent later. */
  readonly archived: ReadonlySet<EventType>;
  /** Keeps in which range of time a paused destination missed events. */
  readonly missed: MissedEvents;
  /** Claims the next event that tries a paused destination. */
  readonly claimProbe: (pause: Pause) => Promise<boolean>;
  /** Returns whether the log of attempts shows an event as delivered to a destination. */
  readonly isDelivered: (webhookId: string, destination: string) => Promise<boolean>;
  readonly nowMs: () => number;
}

const EVENTS_AT_ONCE = 32;

/**
 * Makes a sink that sends each event on: one message for each destination that wants it. A destination that does not want each copy gets one
 * message for all copies of an event. A paused destination gets none: the range of time in which it misses events is kept, and the archive
 * has them. An event that is not archived is sent to the queue of attempts in spite of that, and becomes a dead letter there.
 *
 * An event of a replay goes to the destination that the replay is for, unless the log of attempts shows it as delivered.
 *
 * An event of which a message could not be sent comes again, and then so do its other messages, with the same `webhook-id`.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { copyMemory, fanOutSink, knownDestinations, missedEvents } from "@rainhooks/forwarding";
 *
 * const client = new DynamoDBClient({});
 * const store = { client, tableName: "rainhooks-dev-destinations" };
 * const sink = fanOutSink({
 *   destinations: knownDestinations({ ...store, nowMs: Date.now }),
 *   copies: copyMemory({ client, tableName: "rainhooks-dev-copies" }),
 *   tagsOf: async () => new Map(),
 *   attributesOf: async () => new Map(),
 *   send: async () => [],
 *   sendMissed: async () => [],
 *   append: async () => [],
 *   archived: new Set(),
 *   missed: missedEvents(store),
 *   claimProbe: async () => false,
 *   isDelivered: async () => false,
 *   nowMs: Date.now,
 * });
 * console.log(await sink.write([])); // []
 * ```
 */
export function fanOutSink(options: FanOutOptions): Sink<RoutedEvent> {
  return {
    write: async (items) => {
      const known = await options.destinations();
      if (known.destinations.length === 0) return [];
      const nodes = await knownNodes(
        items.map(({ value }) => value),
        known,
        options,
      );
      const routed = await mapLimited(
        items,
        EVENTS_AT_ONCE,
        (item): Promise<Routed> =>
          routesOf(item.value, known, nodes, options)
            .then((routes) => ({ item, routes }))
            .catch((thrown: unknown) => ({ item, routes: [], thrown })),
      );
      const failures = await Promise.all([
        sendAll(routed, only("message"), (all) => options.send(all.map(({ message }) => message))),
        sendAll(routed, only("recovered"), (all) => options.sendMissed(all.map(({ message }) => message))),
        sendAll(routed, only("outbox"), options.append),
        noteMissed(routed, known, options),
      ]);
      const thrown = routed.flatMap((one): ItemFailure[] =>
        "thrown" in one ? [{ id: one.item.id, error: toRainhooksError(one.thrown) }] : [],
      );
      return oneEach([...thrown, ...failures.flat()]);
    },
  };
}

/** Reads what destinations ask of the nodes of events: each only if one of them asks for it. */
async function knownNodes(
  items: readonly RoutedEvent[],
  { destinations }: KnownDestinations,
  { archived, tagsOf, attributesOf }: FanOutOptions,
): Promise<KnownNodes> {
  const tagged = nodesFor(
    items,
    destinations.filter(({ tags }) => tags.length > 0),
    archived,
  );
  const described = nodesFor(items, destinations.filter(asksForNode), archived);
  const [tags, attributes, holds] = await Promise.all([
    tagged.length === 0 ? new Map() : tagsOf(tagged),
    described.length === 0 ? new Map() : attributesOf(described),
    contentFilter(destinations),
  ]);
  return { tags, attributes, holds };
}

/** An event, and what becomes of it. */
interface Routed {
  readonly item: Item<RoutedEvent>;
  readonly routes: readonly Route[];
  /** Why that could not be decided. */
  readonly thrown?: unknown;
}

/** Returns what picks the routes of a kind. */
function only<Kind extends Route["kind"]>(kind: Kind) {
  return (route: Route) =>
    route.kind === kind ? (route as Extract<Route, { readonly kind: Kind }>) : undefined;
}

/** Sends what some routes say; returns the events of which something was not sent. */
async function sendAll<Sent extends { readonly message: AttemptMessage }>(
  routed: readonly Routed[],
  pick: (route: Route) => Sent | undefined,
  send: (all: readonly Sent[]) => Promise<readonly UnsentAttempt[]>,
): Promise<ItemFailure[]> {
  const all = routed.flatMap(({ item, routes }) =>
    routes.flatMap((route) => {
      const sent = pick(route);
      return sent === undefined ? [] : [{ id: item.id, sent }];
    }),
  );
  if (all.length === 0) return [];
  const idOf = new Map<WorkerMessage, string>(all.map(({ id, sent }) => [sent.message, id]));
  const unsent = await send(all.map(({ sent }) => sent));
  return unsent.flatMap(({ message, error }) => {
    const id = idOf.get(message);
    return id === undefined ? [] : [{ id, error }];
  });
}

/** Keeps when the events were published that destinations miss; an event for which that fails comes again. */
async function noteMissed(
  routed: readonly Routed[],
  known: KnownDestinations,
  { missed }: FanOutOptions,
): Promise<ItemFailure[]> {
  const all = routed.flatMap(({ item, routes }) =>
    routes.flatMap((route) => (route.kind === "missed" ? [{ item, pause: route.pause }] : [])),
  );
  const groups = Map.groupBy(all, ({ pause }) => pauseText(pause));
  const failures = [...groups.values()].map(async (group): Promise<ItemFailure[]> => {
    const pause = group[0]?.pause;
    if (pause === undefined) return [];
    const publishedMs = group.map(({ item }) => item.value.delivery.sentAtMs);
    try {
      await missed.note(pause, known.pauseOf(pause)?.missed, publishedMs);
      return [];
    } catch (thrown) {
      const error = toRainhooksError(thrown);
      return group.map(({ item }) => ({ id: item.id, error }));
    }
  });
  return (await Promise.all(failures)).flat();
}
