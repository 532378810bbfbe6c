import { SECOND_MS } from "@rainhooks/core/durations";
import { toRainhooksError } from "@rainhooks/core/errors";
import { failAll, type Item, type ItemFailure, type Sink, type WriteContext } from "@rainhooks/sinks/sink";
import type { Destination } from "../destinations/destination.ts";
import type { DestinationCache } from "../destinations/known-destinations.ts";
import { readDestination } from "../destinations/store.ts";
import {
  type AttemptMessage,
  type CutMessage,
  isCut,
  type WorkerMessage,
} from "../messages/attempt-message.ts";
import { ATTEMPT_MS, handleDestination } from "./handle-destination.ts";
import type { CheckedDestination } from "./note-health.ts";
import { handleBatchMessages, openBatches } from "./outbox-work.ts";
import type { DestinationResults } from "./results.ts";
import { settle } from "./settle.ts";
import type { AttemptFigures, AttemptWorkerOptions } from "./worker-options.ts";

/**
 * Time that is left for the log, the queue of retries and the health of destinations after the last attempt.
 */
const AFTERWARDS_MS = 5 * SECOND_MS;
/**
 * Time in which attempts of a batch may begin. Later messages return to the queue, and do not count as
 * failed.
 */
const SHARE_MS = 20 * SECOND_MS;

/**
 * Makes the sink of a worker that makes attempts. Messages of different destinations are handled side by
 * side, so a slow destination does not hold up the others of a batch. A failed attempt is repeated by its
 * destination's schedule: the message goes to the queue of retries, and is received there when it is due.
 *
 * Destinations that keep failing, or for which too many events wait, are paused. What a paused destination
 * misses is sent later, from the archive: the range of time in which it was published is kept, and its
 * message is done. If it is not archived, it is a permanent failure and goes to the dead-letter queue with
 * the reason, as does what has no attempt left. Messages of a destination that has been removed are dropped.
 */
export function attemptWorker(options: AttemptWorkerOptions): Sink<WorkerMessage> {
  return {
    write: async (all, context) => {
      const known = await options.destinations();
      const remainingMs = clockOf(context, options);
      const { cuts, items } = divided(all);
      const unmade = handleBatchMessages(cuts, known, options);
      const groups = [...Map.groupBy(items, ({ value }) => value.destination)];
      const failures: ItemFailure[] = [];
      const handled = await Promise.all(
        groups.map(async ([id, ofDestination]) => {
          try {
            return await handleGroup(id, ofDestination, { known, remainingMs }, options);
          } catch (thrown) {
            const ids = ofDestination.map((item) => item.id);
            failures.push(...failAll(ids, toRainhooksError(thrown)));
            return [];
          }
        }),
      );
      const checked = handled.flat();
      options.report(figuresOf(checked, known, options));
      return [...(await settle(checked, options)), ...(await unmade), ...failures];
    },
  };
}

interface Invocation {
  readonly known: DestinationCache;
  readonly remainingMs: () => number;
}

/**
 * Handles the messages of an invocation for one destination. If the destination has been removed, no message
 * is left.
 */
async function handleGroup(
  id: string,
  all: readonly Item<AttemptMessage>[],
  { known, remainingMs }: Invocation,
  options: AttemptWorkerOptions,
): Promise<CheckedDestination[]> {
  const destination = await currentOf(id, all, known, options);
  if (destination === undefined) return [];
  const { pauseId, createdAtMs } = destination;
  const pause = pauseId === undefined ? undefined : known.pauseOf({ destination: id, pauseId });
  // A batch of a removed destination is not for a later destination with the same id.
  const own = all.filter(({ value: { batch } }) => batch === undefined || batch.createdAtMs === createdAtMs);
  const { items, batches, results: opened } = await openBatches(destination, own, options);
  const health = known.healthOf(id);
  const { results, ...rest } = await handleDestination(
    { destination, health, items, batches, remainingMs },
    options,
  );
  return [{ destination, health, pause, batches, ...rest, results: [...results, ...opened] }];
}

/** Divides messages into those about lanes and those about attempts. */
function divided(all: readonly Item<WorkerMessage>[]) {
  const cuts: Item<CutMessage>[] = [];
  const items: Item<AttemptMessage>[] = [];
  for (const { id, value } of all) {
    if (isCut(value)) cuts.push({ id, value });
    else items.push({ id, value });
  }
  return { cuts, items };
}

/**
 * Returns a destination, or `undefined` if there is none. It reads the destination again before messages are
 * dropped or set aside, because the destination may have been added or resumed since. It also reads it again
 * for a message whose sender has another version of the destination.
 */
async function currentOf(
  id: string,
  all: readonly Item<AttemptMessage>[],
  known: DestinationCache,
  { store }: AttemptWorkerOptions,
): Promise<Destination | undefined> {
  const destination = known.find(id);
  const isKnown =
    destination?.state === "active" &&
    all.every(
      ({ value: { batch, changedAtMs } }) =>
        (batch?.createdAtMs ?? destination.createdAtMs) === destination.createdAtMs &&
        (changedAtMs ?? destination.updatedAtMs) === destination.updatedAtMs,
    );
  return isKnown ? destination : readDestination(store, id);
}

/** Returns the clock of the attempts of a batch: the milliseconds in which the last one must have ended. */
function clockOf(context: WriteContext | undefined, { nowMs }: AttemptWorkerOptions): () => number {
  const endsMs = nowMs() + SHARE_MS + ATTEMPT_MS;
  const remainingMs = context?.remainingMs ?? (() => Number.POSITIVE_INFINITY);
  return () => Math.min(remainingMs() - AFTERWARDS_MS, endsMs - nowMs());
}

/** Returns the numbers of a batch for all destinations together. */
function figuresOf(
  batch: readonly (DestinationResults & Pick<CheckedDestination, "batches">)[],
  { destinations }: DestinationCache,
  { nowMs }: Pick<AttemptWorkerOptions, "nowMs">,
): AttemptFigures {
  const made = batch
    .flatMap(({ results }) => results)
    .flatMap(({ item, attempt }) => (attempt === undefined ? [] : [{ item, attempt }]));
  const failed = made.filter(({ attempt }) => attempt.outcome !== "delivered");
  // What waits in the outbox fails nothing. So that a backlog there is seen, a batch counts with its age,
  // delivered or not.
  const waited = batch.flatMap(({ batches, results }) =>
    results.flatMap(({ item, attempt }) =>
      attempt === undefined ? [] : (batches.get(item)?.batch.addedAtMs ?? []),
    ),
  );
  const oldestMs = Math.min(nowMs(), ...waited, ...failed.map(({ item }) => item.value.delivery.sentAtMs));
  return {
    delivered: made.length - failed.length,
    failed: failed.length,
    paused: destinations.filter(({ state }) => state === "paused").length,
    oldestFailedS: Math.max(0, Math.round((nowMs() - oldestMs) / SECOND_MS)),
  };
}
