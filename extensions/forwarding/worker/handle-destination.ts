import { toRainhooksError } from "@rainhooks/core/errors";
import type { DestinationCache } from "../destinations/cached-destinations.ts";
import type { Destination } from "../destinations/destination.ts";
import { readDestination } from "../destinations/store.ts";
import type { DestinationHealth } from "../health/health.ts";
import { pauseFor } from "../pauses/pause.ts";
import { afterAttempts } from "./after-attempts.ts";
import { makeAttempts } from "./make-attempts.ts";
import { noteHealth } from "./note-health.ts";
import { openMessages } from "./open-messages.ts";
import { isTest, refusalOf } from "./refuse.ts";
import {
  type AttemptItem,
  isResult,
  type MessageOutcome,
  moved,
  type OpenMessage,
  type Result,
} from "./results.ts";
import { withTurns } from "./turns.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/** An invocation of a worker. */
interface Invocation {
  readonly known: DestinationCache;
  /** Returns the milliseconds in which the last attempt must have ended. */
  readonly remainingMs: () => number;
}

/**
 * Handles the messages of an invocation for one destination. It never throws. If the destination
 * has been removed, no message is left.
 */
export async function handleDestination(
  id: string,
  all: readonly AttemptItem[],
  { known, remainingMs }: Invocation,
  options: AttemptWorkerOptions,
): Promise<Result[]> {
  try {
    const destination = await currentOf(id, all, known, options);
    if (destination === undefined) return [];
    const { createdAtMs } = destination;
    // A batch of a removed destination is not for a later destination with the same id.
    const own = all.filter(
      ({ value: { batch } }) => batch === undefined || batch.createdAtMs === createdAtMs,
    );
    const health = known.healthOf(id);
    const opened = (await openMessages(destination, own, options)).map((message) => {
      const outcome = isResult(message)
        ? undefined
        : outcomeBefore(message, destination, health, options);
      return outcome === undefined ? message : { ...message, outcome };
    });
    const ready = await withTurns(opened, destination, options);
    const target = { destination, health, remainingMs };
    const made = await makeAttempts(ready, target, options);
    const results = await afterAttempts(made, destination, options);
    await noteHealth(results, target, options);
    return results;
  } catch (thrown) {
    return all.map((item) => ({
      item,
      outcome: { kind: "failed", error: toRainhooksError(thrown) },
    }));
  }
}

/**
 * Returns a destination, or `undefined` if there is none. It reads the destination again before
 * messages are dropped or set aside, because the destination may have been added or resumed since.
 * It also reads it again for a message whose sender has another version of the destination.
 */
async function currentOf(
  id: string,
  all: readonly AttemptItem[],
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

/** Returns what becomes of a message without an attempt; `undefined` if one is to be made. */
function outcomeBefore(
  { item, events }: OpenMessage,
  destination: Destination,
  { slowUntilMs }: DestinationHealth,
  { archived, queue, nowMs }: AttemptWorkerOptions,
): MessageOutcome | undefined {
  const error = isTest(item.value.webhookId) ? undefined : refusalOf(destination);
  if (error === undefined) return slowUntilMs > nowMs() ? moved(item, queue) : undefined;
  // They are missed if all of them are archived.
  const pauses = events.map(({ event }) => pauseFor(destination, event.type, archived));
  const [pause] = pauses;
  return pause === undefined || pauses.includes(undefined)
    ? { kind: "failed", error }
    : { kind: "missed", pause };
}
