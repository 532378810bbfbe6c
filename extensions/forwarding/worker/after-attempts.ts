import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import { attemptId } from "../attempts/attempt.ts";
import type { Destination } from "../destinations/destination.ts";
import {
  deleteBatch,
  divideBatch,
  forgetBatch,
  noteFailed,
  type OpenBatch,
  shortenBatch,
} from "../outbox/batches.ts";
import { messageOf } from "../outbox/cut.ts";
import { isOrderedLane, laneOfPart } from "../outbox/lane.ts";
import { giveUpEvents, makeBatchesOf, sendAll } from "./make-batches.ts";
import { comesAgain, failedWith, type Result } from "./results.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/**
 * Does what is to be done after the attempts for a destination: sends what waits to the queue of
 * retries, keeps what is missed, writes the log, and deletes the batches that are done. Returns the
 * results, of which only messages that could not be sent, and missed events whose time could not be
 * kept, come again: an event that was delivered is not sent again because the log is not available.
 */
export async function afterAttempts(
  results: readonly Result[],
  destination: Destination,
  options: AttemptWorkerOptions,
): Promise<Result[]> {
  // An attempt in the log that names the next one says that the message for that was sent.
  const sent = await sendLater(results, options);
  const [kept] = await Promise.all([keepMissed(sent, options), writeLog(sent, options)]);
  return Promise.all(kept.map((result) => closeBatch(result, destination, options)));
}

/** Sends messages to the queue of retries; those that it did not take have failed. */
async function sendLater(
  results: readonly Result[],
  { retries }: AttemptWorkerOptions,
): Promise<readonly Result[]> {
  const later = results.flatMap(({ outcome }) =>
    outcome.kind === "later" ? [outcome.message] : [],
  );
  if (later.length === 0) return results;
  const errors = new Map((await retries(later)).map(({ message, error }) => [message, error]));
  return results.map((result) => {
    const error = result.outcome.kind === "later" ? errors.get(result.outcome.message) : undefined;
    if (error === undefined) return result;
    const { attempt, ...failed } = failedWith(result, error);
    if (attempt === undefined) return failed;
    const { nextAtMs: _, ...made } = attempt;
    return { ...failed, attempt: made };
  });
}

/**
 * Keeps when the events were published that a destination misses; if that fails, they have failed.
 */
async function keepMissed(
  results: readonly Result[],
  { missed }: AttemptWorkerOptions,
): Promise<readonly Result[]> {
  const isMissed = ({ outcome }: Result) => outcome.kind === "missed";
  const [key] = results.flatMap(({ outcome }) =>
    outcome.kind === "missed" ? [outcome.pause] : [],
  );
  if (key === undefined) return results;
  const events = results.filter(isMissed).flatMap((result) => result.events ?? []);
  const publishedMs = events.map(({ delivery }) => delivery.sentAtMs);
  try {
    await missed(key, publishedMs);
    return results;
  } catch (thrown) {
    return results.map((result) => (isMissed(result) ? failedWith(result, thrown) : result));
  }
}

async function writeLog(
  results: readonly Result[],
  { attempts, warn }: AttemptWorkerOptions,
): Promise<void> {
  const made = results.flatMap(({ attempt }) =>
    attempt === undefined ? [] : [{ id: attemptId(attempt), value: attempt }],
  );
  if (made.length === 0) return;
  const failures = await attempts.write(made);
  const [first] = failures;
  if (first !== undefined)
    warn("Attempts are missing in the log of attempts", {
      attempts: failures.length,
      error: first.error,
    });
}

/**
 * Deletes the batch of a message when it is done, and lets the next events of its node follow. If
 * that fails, the message is received again.
 */
async function closeBatch(
  result: Result,
  destination: Destination,
  options: AttemptWorkerOptions,
): Promise<Result> {
  const { item, outcome, batch } = result;
  const ref = item.value.batch;
  if (ref === undefined || comesAgain(result)) return result;
  try {
    const closed =
      batch === undefined ? outcome : await outcomeAfter(batch, result, destination, options);
    if (outcome.kind !== "later" && isOrderedLane(ref.lane)) {
      const request = { destination, lane: ref.lane, addedAtMs: options.nowMs(), cutBy: [item.id] };
      await makeBatchesOf(request, options);
    }
    return { ...result, outcome: closed };
  } catch (thrown) {
    const { message, code } = toRainhooksError(thrown);
    return failedWith(result, new RainhooksError(code, message, { cause: thrown }));
  }
}

/** Changes a batch by the outcome of its message; returns what then becomes of the message. */
async function outcomeAfter(
  batch: OpenBatch,
  { item, outcome }: Result,
  destination: Destination,
  options: AttemptWorkerOptions,
): Promise<Result["outcome"]> {
  const nowMs = options.nowMs();
  if (outcome.kind === "later") {
    await noteFailed(batch, item.value.attempt, nowMs);
    return outcome;
  }
  if (outcome.kind === "split" && isOrderedLane(batch.lane.name)) {
    // The remaining events are divided again.
    await shortenBatch(batch, { id: options.outbox.newId(), cutBy: item.id }, nowMs);
    return outcome;
  }
  if (outcome.kind === "split") {
    const ids = await divideBatch(batch, nowMs);
    const messages = ids.map((id) => messageOf(destination, laneOfPart(id), id, 1));
    await sendAll(messages, options);
  }
  const isGivenUp = outcome.kind === "failed" && batch.events.length > 0;
  // Redriven, its events are put into batches again.
  if (isGivenUp) await giveUpEvents(batch.events, outcome.error, destination, options);
  // What is missed is sent from the archive, in other batches.
  if (isGivenUp || outcome.kind === "missed") await forgetBatch(batch);
  await deleteBatch(batch);
  return isGivenUp ? { kind: "done" } : outcome;
}
