import { mapLimited } from "@rainhooks/core/collections";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import type { Destination } from "../destinations/destination.ts";
import { reportHealth } from "../health/report.ts";
import { CLAIM_MS, claimBatch } from "../outbox/batches.ts";
import { nextAttempt } from "../schedule/next-attempt.ts";
import type { SendResult } from "../send/sender.ts";
import { type DestinationTarget, SLOW_FOR_MS } from "./note-health.ts";
import { isTest } from "./refuse.ts";
import {
  failedWith,
  isResult,
  type MessageOutcome,
  moved,
  type OpenMessage,
  type Result,
} from "./results.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/** Maximum time of an attempt; none begins when less is left. */
export const ATTEMPT_MS = 15 * SECOND_MS;

const NOT_ATTEMPTED = new RainhooksError(
  "not-attempted",
  "The time of the batch is up before an attempt could be made. It comes again.",
);

/**
 * Makes the attempts of an invocation for one destination, each when it is due.
 *
 * While there is no response for too long, it stores that the destination is slow. Otherwise each
 * further invocation with one of its events would also be delayed for the maximum time of an
 * attempt, with the events of all other destinations in it.
 */
export async function makeAttempts(
  messages: readonly (OpenMessage | Result)[],
  { destination, health, remainingMs }: DestinationTarget,
  options: AttemptWorkerOptions,
): Promise<Result[]> {
  const { limits, store, queue, sender, secretsOf, nowMs, sleep, warn } = options;
  const { id } = destination;
  let isSlow = false;
  let noted: Promise<unknown> = Promise.resolve();
  const noteSlow = () => {
    const atMs = nowMs();
    const report = { delivered: 0, failed: 0, waiting: 0, slowUntilMs: atMs + SLOW_FOR_MS };
    if (!isSlow && health.slowUntilMs <= atMs)
      noted = reportHealth(store, id, report, atMs).catch((thrown: unknown) => {
        const error = toRainhooksError(thrown);
        warn("It could not be noted that a destination is slow", { destination: id, error });
      });
    isSlow = true;
  };
  const makeAttempt = async (message: OpenMessage): Promise<Result> => {
    const { item, events } = message;
    const { dueAtMs = 0, webhookId, attempt } = item.value;
    if (dueAtMs > nowMs()) await sleep(dueAtMs - nowMs());
    if (remainingMs() < ATTEMPT_MS) return failedWith(message, NOT_ATTEMPTED);
    const outcome = (isSlow ? moved(item, queue) : undefined) ?? (await claim(message, options));
    if (outcome !== undefined) return { ...message, outcome };
    const isList = destination.batchEvents !== undefined || events.length > 1;
    const request = {
      destination,
      secrets: () => secretsOf(destination),
      webhookId,
      events,
      isList,
    };
    const timer = setTimeout(noteSlow, limits.slowAfter);
    const sent = await sender.sendOnce({ ...request, attempt }).finally(() => clearTimeout(timer));
    if (sent.record.durationMs > limits.slowAfter) noteSlow();
    return resultOf(message, sent, destination, options);
  };
  const results = await mapLimited(messages, destination.concurrency, async (message) =>
    isResult(message) ? message : makeAttempt(message),
  );
  await noted;
  return results;
}

/**
 * Claims an attempt. Returns the outcome of a message whose attempt must not be made: its
 * destination has got the event, or another message makes this attempt, or has made it.
 */
async function claim(
  { item: { id, value }, batch }: OpenMessage,
  { claimAttempt, nowMs }: AttemptWorkerOptions,
): Promise<MessageOutcome | undefined> {
  try {
    if (value.batch === undefined) {
      const claimed = await claimAttempt({ ...value, id });
      // What waits after a failed attempt was counted once, however many messages there are for it.
      const isCopy = claimed === "other" && value.attempt > 1;
      return claimed === "claimed" ? undefined : { kind: "done", ...(isCopy ? { isCopy } : {}) };
    }
    if (batch === undefined) return undefined;
    const claimed = await claimBatch(batch, value.attempt, nowMs());
    if (claimed === "old") return { kind: "done", isCopy: true };
    return claimed === "busy"
      ? { kind: "later", message: { ...value, dueAtMs: nowMs() + CLAIM_MS } }
      : undefined;
  } catch (thrown) {
    return { kind: "failed", error: toRainhooksError(thrown) };
  }
}

/** Decides the outcome of a message after its attempt. */
function resultOf(
  message: OpenMessage,
  { outcome: sent, record }: SendResult,
  { inOrder, schedule }: Destination,
  { nowMs, random }: AttemptWorkerOptions,
): Result {
  const { value } = message.item;
  const result = (outcome: MessageOutcome): Result => ({ ...message, outcome, attempt: record });
  if (isTest(value.webhookId)) return result({ kind: "done" });
  const refuses = sent.kind === "failed" ? sent.refuses : undefined;
  // What waits behind it would wait in vain: the same request would be refused again.
  const isPoison = inOrder && refuses !== undefined;
  if (message.events.length > 1 && (isPoison || refuses === "size" || sent.kind === "impossible"))
    return result({ kind: "split" });
  const { attempt } = value;
  const waits = isPoison ? [] : schedule;
  const next = nextAttempt({
    attempt,
    outcome: sent,
    schedule: waits,
    nowMs: nowMs(),
    random: random(),
  });
  if (next.kind === "done") return result({ kind: "done" });
  if (next.kind === "retry") {
    const { hasTurn: _, ...rest } = value;
    const again = { ...rest, attempt: attempt + 1, dueAtMs: next.atMs, isWaiting: true };
    return {
      ...result({ kind: "later", message: again }),
      attempt: { ...record, nextAtMs: next.atMs },
    };
  }
  const code = next.kind === "disable" ? "destination-disabled" : "sink-rejected";
  return result({
    kind: "failed",
    error: new RainhooksError(code, next.reason, { permanent: true }),
  });
}
