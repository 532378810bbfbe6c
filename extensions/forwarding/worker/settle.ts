import { toRainhooksError } from "@rainhooks/core/errors";
import { type ItemFailure, oneEach } from "@rainhooks/sinks/sink";
import { attemptId } from "../attempts/attempt.ts";
import type { WorkerMessage } from "../messages/attempt-message.ts";
import { type CheckedDestination, noteHealth } from "./note-health.ts";
import { settleBatches } from "./outbox-work.ts";
import type { AttemptItem, ChangeOutcome, Result } from "./results.ts";
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
  const results = batch.flatMap((one) => one.results);
  const changed = new Map<AttemptItem, Result>();
  const change: ChangeOutcome = (result, handled) => void changed.set(result.item, { ...result, handled });
  const current = () =>
    batch.map((one) => ({
      ...one,
      results: one.results.map((result) => changed.get(result.item) ?? result),
    }));
  await Promise.all([
    sendLater(results, options, change),
    ...batch.map((one) => noteMissed(one, options, change)),
    writeLog(results, options),
  ]);
  await Promise.all(current().map((one) => settleBatches(one, options, change)));
  const settled = current();
  await Promise.all(settled.map((one) => noteHealth(one, options)));
  return oneEach(
    settled
      .flatMap((one) => one.results)
      .flatMap(({ item: { id }, handled }) =>
        handled.kind === "failed" ? [{ id, error: handled.error }] : [],
      ),
  );
}

/** Sends messages to the queue of retries; those that it did not take have failed. */
async function sendLater(
  results: readonly Result[],
  { retries }: AttemptWorkerOptions,
  change: ChangeOutcome,
): Promise<void> {
  const later = new Map<WorkerMessage, Result>();
  for (const result of results)
    if (result.handled.kind === "later") later.set(result.handled.message, result);
  if (later.size === 0) return;
  for (const { message, error } of await retries([...later.keys()])) {
    const result = later.get(message);
    if (result !== undefined) change(result, { kind: "failed", error });
  }
}

/** Keeps when the events were published that a destination misses; if that fails, they have failed. */
async function noteMissed(
  { results, pause: known }: CheckedDestination,
  { missed }: AttemptWorkerOptions,
  change: ChangeOutcome,
): Promise<void> {
  const all = results.flatMap((result) =>
    result.handled.kind === "missed" ? [{ result, pause: result.handled.pause }] : [],
  );
  const [first] = all;
  if (first === undefined) return;
  const publishedMs = all.flatMap(({ result }) => publishedTimes(result));
  try {
    await missed.note(first.pause, known?.missed, publishedMs);
  } catch (thrown) {
    const error = toRainhooksError(thrown);
    for (const { result } of all) change(result, { kind: "failed", error });
  }
}

/** Returns when the events of a message were published. */
function publishedTimes({ item: { value } }: Result): number[] {
  return (value.events ?? [value]).map(({ delivery }) => delivery.sentAtMs);
}

async function writeLog(results: readonly Result[], { attempts, warn }: AttemptWorkerOptions): Promise<void> {
  const made = results.flatMap(({ attempt }) =>
    attempt === undefined ? [] : [{ id: attemptId(attempt), value: attempt }],
  );
  if (made.length === 0) return;
  const failures = await attempts.write(made);
  const [first] = failures;
  if (first !== undefined)
    warn("Attempts are missing in the log of attempts", { attempts: failures.length, error: first.error });
}
