import type { FunctionOf } from "@rainhooks/webhook/define-function";
import * as a from "../../../capacity/bill/assumptions.ts";
import { GB, ITEM_OVERHEAD_BYTES, PRICE } from "../../../capacity/bill/prices.ts";
import { type Bill, invocationsBill } from "../../../capacity/bill/webhook-bill.ts";

/** What becomes of the events that are forwarded to one destination. */
export interface ForwardLoad {
  readonly events: number;
  /**
   * The waits before the second attempt and all further ones, seconds; none if the first attempt is the last
   * one.
   */
  readonly waitsS: readonly number[];
}

/** The workers that make first attempts and retries. */
export interface AttemptWorkers {
  readonly attempts: FunctionOf<"queue">;
  readonly retries: FunctionOf<"queue">;
}

/**
 * Returns what it costs to forward events to one destination, besides receiving them: in full batches, and
 * kept as long as the defaults say.
 */
export function forwardBill({ attempts, retries }: AttemptWorkers, { events, waitsS }: ForwardLoad): Bill {
  const hops = waitsS.reduce((sum, waitS) => sum + Math.ceil(waitS / a.MAX_DELAY_S), 0);
  const made = 1 + waitsS.length;
  // A message that is only sent on takes no time of a receiver.
  const passing = { ...retries, load: retries.load && { ...retries.load, recordWaitMs: 0 } };
  const batches = (worker: FunctionOf<"queue">, messages: number) => messages / worker.batch.size;
  return {
    ...copiesBill(events),
    "attempts (queue)": requestsOf(events),
    "attempts (function)":
      invocationsBill(attempts, batches(attempts, events), attempts.batch.size) +
      logsOf(batches(attempts, events)),
    "retries (queue)": requestsOf(events * hops),
    "retries (function)":
      invocationsBill(retries, batches(retries, events * waitsS.length), retries.batch.size) +
      invocationsBill(passing, batches(retries, events * (hops - waitsS.length)), retries.batch.size) +
      logsOf(batches(retries, events * hops)),
    ...logBill(events * made),
  };
}

function copiesBill(events: number): Bill {
  return {
    "copies (writes)": events * PRICE.dynamoWrite,
    "copies (stored)": keptFor(a.COPY_DAYS, events * (a.COPY_BYTES + ITEM_OVERHEAD_BYTES)),
  };
}

function logBill(attempts: number): Bill {
  const bytes = a.ATTEMPT_BYTES + a.ATTEMPT_ENTRY_BYTES + 2 * ITEM_OVERHEAD_BYTES;
  return {
    "log of attempts (writes)": attempts * a.ATTEMPT_WRITES * PRICE.dynamoWrite,
    "log of attempts (stored)": keptFor(a.ATTEMPT_DAYS, attempts * bytes),
  };
}

/** One request sends, receives or deletes up to ten messages. */
function requestsOf(messages: number): number {
  return ((3 * messages) / 10) * PRICE.sqsRequest;
}

function logsOf(invocations: number): number {
  const bytes = invocations * (a.WORKER_LOG_BYTES + a.PLATFORM_LOG_BYTES);
  return (bytes / GB) * (PRICE.logGb + PRICE.logGbMonth);
}

function keptFor(days: number, bytes: number): number {
  return (bytes / GB) * (days / a.DAYS) * (PRICE.dynamoGbMonth + PRICE.dynamoBackupGbMonth);
}
