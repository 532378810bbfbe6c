import { ITEM_OVERHEAD_BYTES } from "@rainhooks/stage/cost/prices";
import {
  type Bill,
  invocationsUsage,
  logsUsage,
  messagesUsage,
  storedUsage,
} from "@rainhooks/stage/cost/usage";
import type { FunctionOf } from "@rainhooks/webhook/define-function";

/** What is remembered of an event for copies, and how long. */
export const COPY_BYTES = 200;
const COPY_DAYS = 15;
/** An attempt in its log, its entry in the index, and how long they are kept. */
export const ATTEMPT_BYTES = 850;
export const ATTEMPT_ENTRY_BYTES = 450;
const ATTEMPT_DAYS = 30;
/** Write units of an attempt: one for the table and one for the index. */
export const ATTEMPT_WRITES = 2;
/** Lines that a worker logs per invocation: its metrics and those of attempts. */
const WORKER_LOG_BYTES = 1500;
/** Maximum delay of a message. A retry that is due later is sent again each time. */
const MAX_DELAY_S = 900;

/**
 * Returns what it takes to forward events to one destination, besides receiving them: in full
 * batches, and kept as long as the defaults say.
 *
 * @param waitsS The waits before the second attempt and all further ones, seconds; none if the
 * first attempt is the last one.
 */
export function forwardBill(
  { attempts, retries }: Readonly<Record<"attempts" | "retries", FunctionOf<"queue">>>,
  { events, waitsS }: { readonly events: number; readonly waitsS: readonly number[] },
): Bill {
  const hops = waitsS.reduce((sum, waitS) => sum + Math.ceil(waitS / MAX_DELAY_S), 0);
  const made = events * (1 + waitsS.length);
  const retried = events * waitsS.length;
  // A message that is only sent on takes no time of a receiver.
  const { load } = retries;
  const waiting = (load?.recordWaitMs ?? 0) * (waitsS.length / Math.max(1, hops));
  const hopping = { ...retries, load: load && { ...load, recordWaitMs: waiting } };
  return {
    "copies (writes)": { dynamoWrite: events },
    "copies (stored)": storedUsage(events * (COPY_BYTES + ITEM_OVERHEAD_BYTES), COPY_DAYS),
    "attempts (queue)": messagesUsage(events),
    "attempts (function)": workUsage(attempts, events),
    "retries (queue)": messagesUsage(events * hops),
    "retries (function)": workUsage(hopping, events * hops),
    "log of attempts (writes)": { dynamoWrite: made * ATTEMPT_WRITES },
    "log of attempts (stored)": storedUsage(
      made * (ATTEMPT_BYTES + ATTEMPT_ENTRY_BYTES + 2 * ITEM_OVERHEAD_BYTES),
      ATTEMPT_DAYS,
    ),
    "claims of retries": { dynamoRead: retried, dynamoWrite: retried },
  };
}

function workUsage(worker: FunctionOf<"queue">, messages: number) {
  const { size } = worker.batch;
  const batches = messages / size;
  return { ...invocationsUsage(worker, batches, size), ...logsUsage(batches, WORKER_LOG_BYTES) };
}
