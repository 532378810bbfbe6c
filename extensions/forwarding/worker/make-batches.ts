import { type RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import { failAll, type Item, type ItemFailure } from "@rainhooks/sinks/sink";
import type { DestinationCache } from "../destinations/cached-destinations.ts";
import type { Destination } from "../destinations/destination.ts";
import { readDestination } from "../destinations/store.ts";
import type { WaitingEvent, WorkerMessage } from "../messages/attempt-message.ts";
import { type CutRequest, cutLane } from "../outbox/cut.ts";
import type { LaneMessage } from "../outbox/lane.ts";
import { SHORT_WAIT_MS } from "./turns.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/**
 * Divides the lanes of messages, each once. Returns the messages for which that failed: they are
 * received again.
 */
export async function makeBatches(
  items: readonly Item<LaneMessage>[],
  known: DestinationCache,
  options: AttemptWorkerOptions,
): Promise<ItemFailure[]> {
  const lanes = Map.groupBy(
    items,
    ({ value: { destination, createdAtMs, lane } }) => `${destination}.${createdAtMs}#${lane}`,
  );
  const failures = [...lanes.values()].map(async (ofLane) => {
    try {
      await handleLane(ofLane, known, options);
      return [];
    } catch (thrown) {
      const ids = ofLane.map(({ id }) => id);
      return failAll(ids, toRainhooksError(thrown));
    }
  });
  return (await Promise.all(failures)).flat();
}

async function handleLane(
  items: readonly Item<LaneMessage>[],
  known: DestinationCache,
  options: AttemptWorkerOptions,
): Promise<void> {
  const isEarly = ({ value: { dueAtMs = 0 } }: Item<LaneMessage>) =>
    dueAtMs - options.nowMs() > SHORT_WAIT_MS;
  const early = items.filter(isEarly).map(({ value }) => value);
  await sendAll(early, options);
  const due = items.filter((item) => !isEarly(item));
  const [first] = due;
  if (first === undefined) return;
  const { destination: id, createdAtMs, lane } = first.value;
  const cached = known.find(id);
  const destination =
    cached?.createdAtMs === createdAtMs ? cached : await readDestination(options.store, id);
  // Events that wait for a removed destination are not sent, even if another one has its id; their
  // items expire.
  if (destination?.createdAtMs !== createdAtMs) return;
  const addedAtMs = Math.max(...due.map(({ value }) => value.addedAtMs));
  await makeBatchesOf({ destination, lane, addedAtMs, cutBy: due.map((item) => item.id) }, options);
}

/** Divides a lane of the outbox, and sends the messages of its batches. */
export async function makeBatchesOf(
  request: CutRequest,
  options: AttemptWorkerOptions,
): Promise<void> {
  const { outbox, isDelivered, nowMs } = options;
  const { messages, afterwards } = await cutLane(request, { ...outbox, isDelivered, nowMs });
  await sendAll(messages, options);
  await afterwards?.();
}

/** @throws {RainhooksError} if the queue does not take one of the messages. */
export async function sendAll(
  messages: readonly WorkerMessage[],
  { retries }: AttemptWorkerOptions,
): Promise<void> {
  if (messages.length === 0) return;
  const [failed] = await retries(messages);
  if (failed !== undefined) throw failed.error;
}

/**
 * Makes each of some events of batches a dead letter of its own, by way of the queue of retries.
 *
 * @throws {RainhooksError} if the queue does not take one of them.
 */
export async function giveUpEvents(
  events: readonly WaitingEvent[],
  { code, message }: RainhooksError,
  { id: destination }: Destination,
  options: AttemptWorkerOptions,
): Promise<void> {
  const more = { destination, attempt: 1, isForOutbox: true, givenUp: { code, message } };
  const letters = events.map(({ webhookId, delivery }) => ({ webhookId, delivery, ...more }));
  await sendAll(letters, options);
}
