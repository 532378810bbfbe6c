import { type Delivery, mapLimited, nodesOf, type RainmakerEvent, toRainhooksError } from "@rainhooks/core";
import { type Item, type ItemFailure, oneEach, type Sink } from "@rainhooks/sinks";
import type { CopyMemory } from "../copies/memory.ts";
import { webhookIdOf } from "../copies/webhook-id.ts";
import type { Destination } from "../destinations/destination.ts";
import type { KnownDestinations } from "../destinations/known-destinations.ts";
import { wants } from "../destinations/wants.ts";
import type { AttemptMessage } from "../messages/attempt-message.ts";
import type { SendAttempts } from "../messages/send-attempts.ts";

/** An event, and the delivery that it was decoded from. */
export interface EventDelivery {
  readonly event: RainmakerEvent;
  readonly delivery: Delivery;
}

/** Options of {@link fanOutSink}. */
export interface FanOutOptions {
  readonly destinations: () => Promise<KnownDestinations>;
  readonly copies: CopyMemory;
  /** Returns the tags of nodes, by their ids. It is asked only if a destination wants some tags. */
  readonly tagsOf: (nodeIds: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;
  /** Sends messages to the queue of attempts. */
  readonly send: SendAttempts;
  readonly nowMs: () => number;
}

const EVENTS_AT_ONCE = 32;

/**
 * Makes a sink that sends each event on: one message for each destination that wants it. A destination that does not want each copy gets one
 * message for all copies of an event. A paused destination gets messages, too: what is to become of them is decided where attempts are made.
 * A disabled one gets none.
 *
 * An event of which a message could not be sent comes again, and then so do its other messages, with the same `webhook-id`.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { copyMemory, fanOutSink, knownDestinations } from "@rainhooks/forwarding";
 *
 * const client = new DynamoDBClient({});
 * const sink = fanOutSink({
 *   destinations: knownDestinations({ client, tableName: "rainhooks-dev-destinations", nowMs: Date.now }),
 *   copies: copyMemory({ client, tableName: "rainhooks-dev-copies" }),
 *   tagsOf: async () => new Map(),
 *   send: async () => [],
 *   nowMs: Date.now,
 * });
 * console.log(await sink.write([])); // []
 * ```
 */
export function fanOutSink(options: FanOutOptions): Sink<EventDelivery> {
  return {
    write: async (items) => {
      const known = await options.destinations();
      const wanting = known.destinations.filter(({ state }) => state !== "disabled");
      if (wanting.length === 0) return [];
      const tags = await tagsFor(items, wanting, options);
      const found = await mapLimited(items, EVENTS_AT_ONCE, (item) =>
        messagesOf(item, wanting, tags, options).catch((thrown: unknown) => ({ id: item.id, thrown })),
      );
      const messages = found.flatMap((one) =>
        "thrown" in one ? [] : one.messages.map((message) => ({ id: one.id, message })),
      );
      const unsent = await options.send(messages.map(({ message }) => message));
      const failed = new Map(unsent.map(({ message, error }) => [message, error]));
      return oneEach([
        ...found.flatMap((one): ItemFailure[] =>
          "thrown" in one ? [{ id: one.id, error: toRainhooksError(one.thrown) }] : [],
        ),
        ...messages.flatMap(({ id, message }): ItemFailure[] => {
          const error = failed.get(message);
          return error === undefined ? [] : [{ id, error }];
        }),
      ]);
    },
  };
}

type Tags = ReadonlyMap<string, readonly string[]>;

async function tagsFor(
  items: readonly Item<EventDelivery>[],
  destinations: readonly Destination[],
  { tagsOf }: FanOutOptions,
): Promise<Tags> {
  const tagged = destinations.filter(({ tags }) => tags.length > 0);
  const asked = items.flatMap(({ value: { event } }) =>
    tagged.some(({ events }) => events === "all" || events.includes(event.type)) ? nodesOf(event) : [],
  );
  return asked.length === 0 ? new Map() : tagsOf([...new Set(asked)]);
}

async function messagesOf(
  { id, value: { event, delivery } }: Item<EventDelivery>,
  destinations: readonly Destination[],
  tags: Tags,
  { copies, nowMs }: FanOutOptions,
): Promise<{ readonly id: string; readonly messages: readonly AttemptMessage[] }> {
  const wanting = destinations.filter((one) => wants(one, event, (nodeId) => tags.get(nodeId) ?? []));
  const claim = wanting.some(({ eachCopy }) => !eachCopy) ? await copies.claim(event) : undefined;
  const messages = wanting.flatMap((destination): AttemptMessage[] => {
    if (!destination.eachCopy && claim?.kind === "copy") return [];
    const webhookId =
      destination.eachCopy || claim === undefined ? webhookIdOf(event, destination) : claim.webhookId;
    return [{ destination: destination.id, webhookId, attempt: 1, sentAtMs: nowMs(), delivery }];
  });
  return { id, messages };
}
