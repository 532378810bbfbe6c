import { mapLimited } from "@rainhooks/core/collections";
import { toRainhooksError } from "@rainhooks/core/errors";
import { nodesOf } from "@rainhooks/core/event";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { failAll, type Item, type ItemFailure, oneEach, type Sink } from "@rainhooks/sinks/sink";
import type { EventDelivery } from "@rainhooks/webhook/classify";
import type { DestinationCache } from "../destinations/cached-destinations.ts";
import { asksForNode, contentFilter } from "../destinations/content-filter.ts";
import type { Destination } from "../destinations/destination.ts";
import type { SendAttempts, UnsentAttempt } from "../messages/send-attempts.ts";
import type { AppendToOutbox } from "../outbox/append.ts";
import { pauseText } from "../pauses/pause.ts";
import type { KeepMissed } from "../pauses/widen.ts";
import { type NodeLookup, type Route, type RouteDependencies, routesOf } from "./route.ts";

/** Options of {@link fanOutSink}. */
export interface FanOutOptions extends RouteDependencies {
  readonly destinations: () => Promise<DestinationCache>;
  /**
   * Returns the attributes of nodes, by their ids. It is called only if a destination filters by
   * tags, or its condition reads them.
   */
  readonly attributesOf: (
    nodeIds: readonly string[],
  ) => Promise<ReadonlyMap<string, NodeAttributes>>;
  /** Sends messages to the queue of attempts. */
  readonly send: SendAttempts;
  /**
   * Sends messages of events that were missed before to the queue of retries, where they hold up no
   * live event.
   */
  readonly sendMissed: SendAttempts;
  /** Puts events into the outbox of destinations with batches or order. */
  readonly append: AppendToOutbox;
  /** Keeps in which range of time a paused destination missed events. */
  readonly missed: KeepMissed;
}

const EVENTS_AT_ONCE = 32;
/**
 * Characters of events that the conditions of destinations read in one invocation: about a second.
 */
const MAX_READ = 160_000_000;

/**
 * Makes a sink that sends each event on: one message for each destination that wants it. A
 * destination that does not want each copy gets one message for all copies of an event. A paused
 * destination gets none: the range of time in which it misses events is kept, and the archive has
 * them. An event that is not archived is sent to the queue of attempts in spite of that, and
 * becomes a dead letter there.
 *
 * An event of a replay goes to the destination that the replay is for, unless the log of attempts
 * shows it as delivered.
 *
 * What could not be handed over for one destination goes to the queue of retries by itself, so that
 * the others do not get the event again. Only if that fails, too, does the event come again.
 */
export function fanOutSink(options: FanOutOptions): Sink<EventDelivery> {
  return {
    write: async (items) => {
      const { destinations } = await options.destinations();
      if (destinations.length === 0) return [];
      const lookup = await nodeLookup(items, destinations, options);
      const undecided: ItemFailure[] = [];
      const routed = await mapLimited(items, EVENTS_AT_ONCE, (item) =>
        routesOf(item, destinations, lookup, options).catch((thrown: unknown): Route[] => {
          undecided.push(...failAll([item.id], toRainhooksError(thrown)));
          return [];
        }),
      );
      const routes = routed.flat();
      const left = await handOver(routes, options);
      // A worker does it later: it puts them into the outbox, or finds that a destination is
      // paused.
      const later = left.filter(({ error }) => !error.permanent).map(({ message }) => message);
      const unsent = [
        ...left.filter(({ error }) => error.permanent),
        ...(later.length === 0 ? [] : await options.sendMissed(later)),
      ];
      const idOf = new Map<UnsentAttempt["message"], string>(
        routes.map(({ id, message }) => [message, id]),
      );
      return oneEach([
        ...undecided,
        ...unsent.map(({ message, error }) => ({ id: idOf.get(message) ?? "", error })),
      ]);
    },
  };
}

/** Reads the attributes of the events' nodes, if a destination needs them. */
async function nodeLookup(
  items: readonly Item<EventDelivery>[],
  destinations: readonly Destination[],
  { attributesOf }: FanOutOptions,
): Promise<NodeLookup> {
  const needing = destinations.filter((one) => one.tags.length > 0 || asksForNode(one));
  const nodes = new Set(
    items.flatMap(({ value: { event } }) =>
      needing.some(({ events }) => events === "all" || events.includes(event.type))
        ? nodesOf(event)
        : [],
    ),
  );
  const [attributes, holds] = await Promise.all([
    nodes.size === 0 ? new Map() : attributesOf([...nodes]),
    contentFilter(destinations, MAX_READ),
  ]);
  return { attributes, holds };
}

/**
 * Sends events by their routes, and keeps what is missed; returns the messages for which that
 * failed.
 */
async function handOver(
  routes: readonly Route[],
  { send, sendMissed, append, missed }: FanOutOptions,
): Promise<UnsentAttempt[]> {
  const sent = routes.filter(({ pause }) => pause === undefined);
  const appended = sent.filter(({ message }) => message.isForOutbox);
  const others = sent.flatMap(({ message }) => (message.isForOutbox ? [] : [message]));
  const paused = Map.groupBy(
    routes.filter(({ pause }) => pause !== undefined),
    ({ pause }) => pause && pauseText(pause),
  );
  const kept = [...paused.values()].map(async (group): Promise<UnsentAttempt[]> => {
    const [{ pause } = {}] = group;
    try {
      const publishedMs = group.map(({ message }) => message.delivery.sentAtMs);
      if (pause !== undefined) await missed(pause, publishedMs);
      return [];
    } catch (thrown) {
      return group.map(({ message }) => ({ message, error: toRainhooksError(thrown) }));
    }
  });
  const unsent = [
    send(others.filter(({ isMissed }) => !isMissed)),
    sendMissed(others.filter(({ isMissed }) => isMissed)),
    appended.length === 0 ? [] : append(appended),
    ...kept,
  ];
  return (await Promise.all(unsent)).flat();
}
