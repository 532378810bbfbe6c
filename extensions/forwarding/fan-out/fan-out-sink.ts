import type { EventType } from "@rainhooks/core/catalog";
import { mapLimited } from "@rainhooks/core/collections";
import { toRainhooksError } from "@rainhooks/core/errors";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { type Item, type ItemFailure, oneEach, type Sink } from "@rainhooks/sinks/sink";
import type { CopyMemory } from "../copies/memory.ts";
import { asksForNode, contentFilter } from "../destinations/content-filter.ts";
import type { DestinationCache } from "../destinations/known-destinations.ts";
import type { WorkerMessage } from "../messages/attempt-message.ts";
import type { SendAttempts, UnsentAttempt } from "../messages/send-attempts.ts";
import type { AppendToOutbox } from "../outbox/append.ts";
import { pauseText } from "../pauses/pause.ts";
import type { MissedEvents } from "../pauses/widen.ts";
import { messagesOf, type NodeLookup, nodesFor, type Route, type RoutedEvent, routesOf } from "./route.ts";

export type { RoutedEvent } from "./route.ts";

/** Options of {@link fanOutSink}. */
export interface FanOutOptions {
  readonly destinations: () => Promise<DestinationCache>;
  readonly copies: CopyMemory;
  /**
   * Returns the attributes of nodes, by their ids. It is called only if a destination filters by tags, or its
   * condition reads them.
   */
  readonly attributesOf: (nodeIds: readonly string[]) => Promise<ReadonlyMap<string, NodeAttributes>>;
  /** Sends messages to the queue of attempts. */
  readonly send: SendAttempts;
  /**
   * Sends messages of events that were missed before to the queue of retries, where they hold up no live
   * event.
   */
  readonly sendMissed: SendAttempts;
  /** Puts events into the outbox of destinations with batches or order. */
  readonly append: AppendToOutbox;
  /** Event types of which every event is in the archive: only they can be sent later. */
  readonly archived: ReadonlySet<EventType>;
  /** Keeps in which range of time a paused destination missed events. */
  readonly missed: MissedEvents;
  /** Returns whether the log of attempts shows an event as delivered to a destination. */
  readonly isDelivered: (webhookId: string, destination: string) => Promise<boolean>;
  readonly nowMs: () => number;
}

const EVENTS_AT_ONCE = 32;
/** Characters of events that the conditions of destinations read in one invocation: about a second. */
const MAX_READ = 160_000_000;

/**
 * Makes a sink that sends each event on: one message for each destination that wants it. A destination that
 * does not want each copy gets one message for all copies of an event. A paused destination gets none: the
 * range of time in which it misses events is kept, and the archive has them. An event that is not archived is
 * sent to the queue of attempts in spite of that, and becomes a dead letter there.
 *
 * An event of a replay goes to the destination that the replay is for, unless the log of attempts shows it as
 * delivered.
 *
 * What could not be handed over for one destination goes to the queue of retries by itself, so that the
 * others do not get the event again. Only if that fails, too, does the event come again.
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
      const routes = routed.flatMap((one) => one.routes);
      const idOf = new Map(
        routed.flatMap((one) => one.routes.map((route) => [messageIn(route), one.item.id])),
      );
      const [unsent, unkept] = await Promise.all([
        sendAll(routes, options),
        noteMissed(routed, known, options),
      ]);
      const left = unsent.map((one) => ({ ...one, id: idOf.get(one.message) ?? "" }));
      const failures = await handOver([...left, ...unkept], options);
      const thrown = routed.flatMap((one): ItemFailure[] =>
        "thrown" in one ? [{ id: one.item.id, error: toRainhooksError(one.thrown) }] : [],
      );
      return oneEach([...thrown, ...failures]);
    },
  };
}

/** Reads the attributes of the events' nodes, if a destination needs them. */
async function knownNodes(
  items: readonly RoutedEvent[],
  { destinations }: DestinationCache,
  { archived, attributesOf }: FanOutOptions,
): Promise<NodeLookup> {
  const needing = destinations.filter((one) => one.tags.length > 0 || asksForNode(one));
  const nodes = nodesFor(items, needing, archived);
  const [attributes, holds] = await Promise.all([
    nodes.length === 0 ? new Map() : attributesOf(nodes),
    contentFilter(destinations, MAX_READ),
  ]);
  return { attributes, holds };
}

/** An event, and its route to each destination. */
interface Routed {
  readonly item: Item<RoutedEvent>;
  readonly routes: readonly Route[];
  /** Why that could not be decided. */
  readonly thrown?: unknown;
}

/** What could not be done for a destination: the id of its event, and why. */
interface Left extends ItemFailure {
  /** The message with which a worker does it later. */
  readonly message: WorkerMessage | undefined;
}

/**
 * Sends the remaining events to the queue of retries; returns those for which that failed, or cannot help.
 */
async function handOver(all: readonly Left[], { sendMissed }: FanOutOptions): Promise<ItemFailure[]> {
  const failures: ItemFailure[] = [];
  const idOf = new Map<WorkerMessage, string>();
  for (const { id, message, error } of all)
    if (message === undefined || error.permanent) failures.push({ id, error });
    else idOf.set(message, id);
  const unsent = idOf.size === 0 ? [] : await sendMissed([...idOf.keys()]);
  return [...failures, ...unsent.map(({ message, error }) => ({ id: idOf.get(message) ?? "", error }))];
}

function messageIn(route: Route): WorkerMessage | undefined {
  return route.kind === "missed" ? undefined : route.message;
}

/** Sends events by their routes; returns the events that were not sent. */
async function sendAll(
  routes: readonly Route[],
  { send, sendMissed, append }: FanOutOptions,
): Promise<UnsentAttempt[]> {
  const messages = (kind: "message" | "recovered") =>
    routes.flatMap((route) => (route.kind === kind ? [route.message] : []));
  const events = routes.flatMap((route) => (route.kind === "outbox" ? [route] : []));
  const unsent = [
    send(messages("message")),
    sendMissed(messages("recovered")),
    events.length === 0 ? [] : append(events),
  ];
  return (await Promise.all(unsent)).flat();
}

/** Keeps when the events were published that destinations miss; returns those for which that failed. */
async function noteMissed(
  routed: readonly Routed[],
  known: DestinationCache,
  options: FanOutOptions,
): Promise<Left[]> {
  const all = routed.flatMap(({ item, routes }) =>
    routes.flatMap((route) => (route.kind === "missed" ? [{ item, ...route }] : [])),
  );
  const groups = Map.groupBy(all, ({ pause }) => pauseText(pause));
  const failures = [...groups.values()].map(async (group): Promise<Left[]> => {
    const [{ pause }] = group as [(typeof group)[number]];
    const publishedMs = group.map(({ item }) => item.value.delivery.sentAtMs);
    try {
      await options.missed.note(pause, known.pauseOf(pause)?.missed, publishedMs);
      return [];
    } catch (thrown) {
      const error = toRainhooksError(thrown);
      const left = group.map(async ({ item: { id, value }, destination }) => {
        // The worker finds that the destination is paused, and keeps the time.
        const messages = await messagesOf(value, [destination], options).then(
          (routes) => routes.map(({ message }) => message),
          () => [undefined],
        );
        return messages.map((message) => ({ id, message, error }));
      });
      return (await Promise.all(left)).flat();
    }
  });
  return (await Promise.all(failures)).flat();
}
