import { toRainhooksError } from "@rainhooks/core/errors";
import { failAll, type Item, type ItemFailure } from "@rainhooks/sinks/sink";
import type { DestinationCache } from "../destinations/cached-destinations.ts";
import { readDestination } from "../destinations/store.ts";
import type { CutMessage, WorkerMessage } from "../messages/attempt-message.ts";
import { type CutRequest, cutLane } from "../outbox/cut.ts";
import { SHORT_WAIT_MS } from "./turns.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/**
 * Divides the lanes of messages, each once. Returns the messages for which that failed: they are received
 * again.
 */
export async function makeBatches(
  items: readonly Item<CutMessage>[],
  known: DestinationCache,
  options: AttemptWorkerOptions,
): Promise<ItemFailure[]> {
  const lanes = Map.groupBy(
    items,
    ({ value: { destination, createdAtMs, lane } }) => `${destination}.${createdAtMs}#${lane}`,
  );
  const failures = [...lanes.values()].map((ofLane) =>
    handleLane(ofLane, known, options).then(
      () => [],
      (thrown: unknown) =>
        failAll(
          ofLane.map(({ id }) => id),
          toRainhooksError(thrown),
        ),
    ),
  );
  return (await Promise.all(failures)).flat();
}

async function handleLane(
  items: readonly Item<CutMessage>[],
  known: DestinationCache,
  options: AttemptWorkerOptions,
): Promise<void> {
  const isEarly = ({ value: { dueAtMs = 0 } }: Item<CutMessage>) => dueAtMs - options.nowMs() > SHORT_WAIT_MS;
  await sendAll(
    items.filter(isEarly).map(({ value }) => value),
    options,
  );
  const due = items.filter((item) => !isEarly(item));
  const [first] = due;
  if (first === undefined) return;
  const { destination: id, createdAtMs, lane } = first.value;
  const cached = known.find(id);
  const destination = cached?.createdAtMs === createdAtMs ? cached : await readDestination(options.store, id);
  // Events that wait for a removed destination are not sent, even if another one has its id; their items
  // expire.
  if (destination?.createdAtMs !== createdAtMs) return;
  const addedAtMs = Math.max(...due.map(({ value }) => value.addedAtMs));
  await makeBatchesOf({ destination, lane, addedAtMs, cutBy: due.map((item) => item.id) }, options);
}

/** Divides a lane of the outbox, and sends the messages of its batches. */
export async function makeBatchesOf(request: CutRequest, options: AttemptWorkerOptions): Promise<void> {
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
