import { chunkBySize } from "@rainhooks/core/collections";
import { SECOND_MS } from "@rainhooks/core/durations";
import { toRainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import type { Destination } from "../destinations/destination.ts";
import type { EventMessage } from "../messages/attempt-message.ts";
import type { SendAttempts, UnsentAttempt } from "../messages/send-attempts.ts";
import { bytesOf, entryOf } from "./entry.ts";
import { ALLOWED_LATENESS_MS, nodeLane, SHARED_LANES, sharedLane } from "./lane.ts";
import { Lane } from "./store.ts";

/** An event that is put into the outbox of a destination. */
export interface AppendedEvent {
  readonly destination: Destination;
  readonly event: RainmakerEvent;
  readonly message: EventMessage;
  /** Whether it may have been added before. */
  readonly isAgain: boolean;
}

/**
 * Adds events to the outbox, and sends the messages that say when to read it. Returns the events
 * for which that failed. Never throws.
 */
export type AppendToOutbox = (
  events: readonly AppendedEvent[],
) => Promise<readonly UnsentAttempt[]>;

/** Options of {@link appendToOutbox}. */
export interface AppendOptions {
  /** The table of the outbox. */
  readonly table: TableAccess;
  /** Sends messages to the queue of the worker that divides lanes. */
  readonly send: SendAttempts;
  readonly nowMs: () => number;
  /** A number from 0 to 1, such as that of `Math.random`. */
  readonly random: () => number;
}

/** Maximum bytes of the events of an entry: packed, they fit into an item of DynamoDB. */
const MAX_ENTRY_BYTES = 256 * 1024;
/**
 * If one invocation has this number of events for a destination, they are spread over its lanes.
 */
const MANY_EVENTS = 50;
const MANY_BYTES = 32 * 1024;

/**
 * Makes a function that puts events into the outbox of destinations with batches or order: those of
 * an invocation that go to the same lane are one item.
 */
export function appendToOutbox({ table, send, nowMs, random }: AppendOptions): AppendToOutbox {
  return async (events) => {
    const lanes = [...Map.groupBy(events, ({ destination }) => destination.id).values()].flatMap(
      (added) => {
        const [{ destination }] = added as [AppendedEvent];
        const byLane = destination.inOrder
          ? Map.groupBy(added, ({ event }) => nodeLane(event))
          : inSharedLanes(added, random);
        return [...byLane].map(([lane, ofLane]) =>
          appendToLane(destination, lane, ofLane).catch((thrown: unknown) => {
            const error = toRainhooksError(thrown);
            return ofLane.map(({ message }) => ({ message, error }));
          }),
        );
      },
    );
    return (await Promise.all(lanes)).flat();
  };

  async function appendToLane(
    destination: Destination,
    lane: string,
    events: readonly AppendedEvent[],
  ) {
    const { id, createdAtMs, batchEvents = 1, batchWaitS, inOrder } = destination;
    const addedAtMs = nowMs();
    const entries = entriesOf(destination, events, addedAtMs);
    // The same event can be there twice.
    const items = new Map(entries.map((entry) => [entry["item"]?.S, entry]));
    await new Lane(table, destination, lane).putAll([...items.values()]);
    const isFull = entries.length > 1 || events.length >= batchEvents;
    const waitMs = Math.max(inOrder ? ALLOWED_LATENESS_MS : 0, isFull ? 0 : batchWaitS * SECOND_MS);
    const about = { destination: id, createdAtMs, lane, addedAtMs };
    const [failed] = await send([{ kind: "cut", ...about, dueAtMs: addedAtMs + waitMs }]);
    if (failed !== undefined) throw failed.error;
    return [];
  }
}

/** Events that may have been added before go to the first lane, where a repeated one is found. */
function inSharedLanes(events: readonly AppendedEvent[], random: () => number) {
  const fresh = events.filter(({ isAgain }) => !isAgain);
  const bytes = fresh.reduce((sum, { message }) => sum + bytesOf(message), 0);
  const hasMany = fresh.length >= MANY_EVENTS || bytes >= MANY_BYTES;
  const lane = hasMany ? Math.min(SHARED_LANES - 1, Math.floor(random() * SHARED_LANES)) : 0;
  return Map.groupBy(events, ({ isAgain }) => sharedLane(isAgain ? 0 : lane));
}

function entriesOf(
  { inOrder, batchEvents = 1, batchBytes }: Destination,
  events: readonly AppendedEvent[],
  addedAtMs: number,
): Attributes[] {
  const isAlone = ({ isAgain }: AppendedEvent) => inOrder || isAgain;
  const together = events.filter((one) => !isAlone(one)).map(({ message }) => message);
  const max = { count: batchEvents, bytes: Math.min(batchBytes, MAX_ENTRY_BYTES) };
  const chunks = chunkBySize(together, bytesOf, max);
  return [
    ...chunks.map((chunk) => entryOf(chunk, { timeMs: addedAtMs, addedAtMs })),
    ...events.filter(isAlone).map(({ message, isAgain }) => {
      const timeMs = inOrder ? message.delivery.sentAtMs : addedAtMs;
      return entryOf([message], { timeMs, addedAtMs, isAgain });
    }),
  ];
}
