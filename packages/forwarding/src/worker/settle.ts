import { type ItemFailure, oneEach } from "@rainhooks/sinks";
import { attemptId } from "../attempts/attempt.ts";
import { type CheckedDestination, noteHealth } from "./note-health.ts";
import type { AttemptWorkerOptions } from "./options.ts";
import type { Result } from "./results.ts";

/**
 * Does what is to be done after the attempts of a batch: sends what waits to the queue of retries, writes the log, and notes the health of the
 * destinations. Only the first can make a message come again: an event that was delivered is not sent again because the log is not available.
 */
export async function settle(
  batch: readonly CheckedDestination[],
  options: AttemptWorkerOptions,
): Promise<ItemFailure[]> {
  const [unsent] = await Promise.all([sendLater(batch, options), writeLog(batch, options)]);
  const settled = batch.map((one) => ({
    ...one,
    results: one.results.map((result) => unsent.get(result) ?? result),
  }));
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
  const later = new Map(
    batch
      .flatMap(({ results }) => results)
      .flatMap((result) => (result.handled.kind === "later" ? [[result.handled.message, result]] : [])),
  );
  const unsent = later.size === 0 ? [] : await retries([...later.keys()]);
  return new Map(
    unsent.flatMap(({ message, error }) => {
      const result = later.get(message);
      return result === undefined ? [] : [[result, { ...result, handled: { kind: "failed", error } }]];
    }),
  );
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
