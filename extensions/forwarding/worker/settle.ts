import { toRainhooksError } from "@rainhooks/core/errors";
import { type ItemFailure, oneEach } from "@rainhooks/sinks/sink";
import { attemptId } from "../attempts/attempt.ts";
import type { WorkerMessage } from "../messages/attempt-message.ts";
import { type CheckedDestination, noteHealth } from "./note-health.ts";
import { settleBatches } from "./outbox-work.ts";
import type { Result } from "./results.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/**
 * Does what is to be done after the attempts of a batch: sends what waits to the queue of retries, writes the
 * log, and notes the health of the destinations. Only messages that could not be sent, and missed events
 * whose time could not be kept, come again: an event that was delivered is not sent again because the log is
 * not available.
 */
export async function settle(
  batch: readonly CheckedDestination[],
  options: AttemptWorkerOptions,
): Promise<ItemFailure[]> {
  const [unsent, unkept] = await Promise.all([
    sendLater(batch, options),
    noteMissed(batch, options),
    writeLog(batch, options),
  ]);
  const noted = batch.map((one) => ({
    ...one,
    results: one.results.map((result) => unsent.get(result) ?? unkept.get(result) ?? result),
  }));
  const settled = await Promise.all(
    noted.map(async (one) => {
      const unsettled = await settleBatches(one, options);
      return { ...one, results: one.results.map((result) => unsettled.get(result) ?? result) };
    }),
  );
  await Promise.all(settled.map((one) => noteHealth(one, options)));
  return oneEach(
    settled.flatMap(({ results }) =>
      results.flatMap(({ item, handled }) =>
        handled.kind === "failed" ? [{ id: item.id, error: handled.error }] : [],
      ),
    ),
  );
}

/** Sends messages to the queue of retries; returns those that it did not take, as failed. */
async function sendLater(
  batch: readonly CheckedDestination[],
  { retries }: AttemptWorkerOptions,
): Promise<ReadonlyMap<Result, Result>> {
  const later = new Map<WorkerMessage, Result>(
    batch
      .flatMap(({ results }) => results)
      .flatMap((result) =>
        result.handled.kind === "later" ? [[result.handled.message, result] as const] : [],
      ),
  );
  const unsent = later.size === 0 ? [] : await retries([...later.keys()]);
  return new Map(
    unsent.flatMap(({ message, error }) => {
      const result = later.get(message);
      return result === undefined ? [] : [[result, { ...result, handled: { kind: "failed", error } }]];
    }),
  );
}

/**
 * Keeps when the events were published that destinations miss; returns those for which that failed, as
 * failed.
 */
async function noteMissed(
  batch: readonly CheckedDestination[],
  { missed }: AttemptWorkerOptions,
): Promise<ReadonlyMap<Result, Result>> {
  const failed = batch.map(async ({ results, pause: known }): Promise<(readonly [Result, Result])[]> => {
    const all = results.flatMap((result) =>
      result.handled.kind === "missed" ? [{ result, pause: result.handled.pause }] : [],
    );
    const [first] = all;
    if (first === undefined) return [];
    const publishedMs = all.flatMap(({ result }) => publishedTimes(result));
    try {
      await missed.note(first.pause, known?.missed, publishedMs);
      return [];
    } catch (thrown) {
      const error = toRainhooksError(thrown);
      return all.map(({ result }) => [result, { ...result, handled: { kind: "failed", error } }] as const);
    }
  });
  return new Map((await Promise.all(failed)).flat());
}

/** Returns when the events of a message were published. */
function publishedTimes({ item: { value } }: Result): number[] {
  return (value.events ?? [value]).map(({ delivery }) => delivery.sentAtMs);
}

async function writeLog(
  batch: readonly CheckedDestination[],
  { attempts, warn }: AttemptWorkerOptions,
): Promise<void> {
  const made = batch
    .flatMap(({ results }) => results)
    .flatMap(({ attempt }) => (attempt === undefined ? [] : [{ id: attemptId(attempt), value: attempt }]));
  if (made.length === 0) return;
  const failures = await attempts.write(made);
  const [first] = failures;
  if (first !== undefined)
    warn("Attempts are missing in the log of attempts", { attempts: failures.length, error: first.error });
}
