import { SECOND_MS } from "@rainhooks/core/durations";
import type { Item, Sink } from "@rainhooks/sinks/sink";
import { isAttempt, type WorkerMessage } from "../messages/attempt-message.ts";
import type { LaneMessage } from "../outbox/lane.ts";
import { ATTEMPT_METRICS } from "./define.ts";
import { handleDestination } from "./handle-destination.ts";
import { ATTEMPT_MS } from "./make-attempts.ts";
import { makeBatches } from "./make-batches.ts";
import type { AttemptItem, Result } from "./results.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/**
 * Time that is left for the log, the queue of retries and the health of destinations after the last
 * attempt.
 */
const AFTERWARDS_MS = 5 * SECOND_MS;
/**
 * Time in which attempts of a batch may begin. Later messages return to the queue, and do not count
 * as failed.
 */
const BEGIN_WITHIN_MS = 20 * SECOND_MS;

/**
 * Makes the sink of a worker that makes attempts. Messages of different destinations are handled
 * side by side, so a slow destination does not hold up the others of a batch. A failed attempt is
 * repeated by its destination's schedule: the message goes to the queue of retries, and is received
 * there when it is due.
 *
 * Destinations that keep failing, or for which too many events wait, are paused. What a paused
 * destination misses is sent later, from the archive: the range of time in which it was published
 * is kept, and its message is done. If it is not archived, it is a permanent failure and goes to
 * the dead-letter queue with the reason, as does what has no attempt left. Messages of a
 * destination that has been removed are dropped.
 */
export function attemptWorker(options: AttemptWorkerOptions): Sink<WorkerMessage> {
  const { destinations, nowMs, report } = options;
  return {
    write: async (items, context) => {
      const known = await destinations();
      const endsMs = nowMs() + BEGIN_WITHIN_MS + ATTEMPT_MS;
      const leftMs = context?.remainingMs ?? (() => Number.POSITIVE_INFINITY);
      const remainingMs = () => Math.min(leftMs() - AFTERWARDS_MS, endsMs - nowMs());
      const unread = makeBatches(items.filter(isLaneItem), known, options);
      const groups = [
        ...Map.groupBy(items.filter(isAttemptItem), ({ value }) => value.destination),
      ];
      const handled = groups.map(([id, some]) =>
        handleDestination(id, some, { known, remainingMs }, options),
      );
      const results = (await Promise.all(handled)).flat();
      report(metricsOf(results, nowMs()));
      const failures = results.flatMap(({ item: { id }, outcome }) =>
        outcome.kind === "failed" ? [{ id, error: outcome.error }] : [],
      );
      return [...failures, ...(await unread)];
    },
  };
}

const isAttemptItem = (item: Item<WorkerMessage>): item is AttemptItem => isAttempt(item.value);
const isLaneItem = (item: Item<WorkerMessage>): item is Item<LaneMessage> => !isAttempt(item.value);

/**
 * Returns the metrics of a batch for all destinations together; the oldest event is that whose
 * attempt failed, or that has waited in the outbox.
 */
function metricsOf(results: readonly Result[], nowMs: number) {
  const made = results.flatMap(({ attempt, batch }) =>
    attempt === undefined ? [] : [{ attempt, batch }],
  );
  const failed = made.filter(({ attempt }) => attempt.outcome !== "delivered");
  // What waits in the outbox fails nothing. So that a backlog there is seen, a batch counts with
  // its age, delivered or not.
  const waited = made.flatMap(({ batch }) => batch?.batch.addedAtMs ?? []);
  const oldestMs = Math.min(nowMs, ...waited, ...failed.map(({ attempt }) => attempt.publishedMs));
  return {
    [ATTEMPT_METRICS.delivered]: ["Count", made.length - failed.length],
    [ATTEMPT_METRICS.failed]: ["Count", failed.length],
    [ATTEMPT_METRICS.oldestFailed]: [
      "Seconds",
      Math.max(0, Math.round((nowMs - oldestMs) / SECOND_MS)),
    ],
  } as const;
}
