import { RainhooksError } from "@rainhooks/core/errors";
import type { Destination } from "../destinations/destination.ts";
import { nextAttempt } from "../schedule/next-attempt.ts";
import type { SendResult } from "../send/request.ts";
import { isTest } from "./refuse.ts";
import type { AttemptItem, MessageOutcome, Result } from "./results.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/** The consequences of an attempt for its message, and for its destination. */
export interface AttemptDecision {
  readonly result: Result;
  /** Why the receiver said that it is gone. */
  readonly gone?: string;
}

/** An attempt that was made. */
export interface FinishedAttempt {
  readonly item: AttemptItem;
  readonly destination: Destination;
  readonly sent: SendResult;
}

/** Decides the outcome of a message after its attempt. */
export function decideAfter(
  { item, destination, sent: { outcome, record } }: FinishedAttempt,
  { nowMs, random }: Pick<AttemptWorkerOptions, "nowMs" | "random">,
): AttemptDecision {
  const { webhookId, attempt } = item.value;
  const handled = (one: MessageOutcome): Result => ({ item, handled: one, attempt: record });
  if (isTest(webhookId)) return { result: handled({ kind: "done" }) };
  const { inOrder } = destination;
  const refuses = outcome.kind === "failed" ? outcome.refuses : undefined;
  // What waits behind it would wait in vain: the same request would be refused again.
  const isPoison = inOrder && refuses !== undefined;
  const isDivisible = (item.value.events?.length ?? 0) > 1;
  if (isDivisible && (isPoison || refuses === "size" || outcome.kind === "impossible"))
    return { result: handled({ kind: "split" }) };
  const schedule = isPoison ? [] : destination.schedule;
  const step = nextAttempt({ attempt, outcome, schedule, nowMs: nowMs(), random: random() });
  switch (step.kind) {
    case "done":
      return { result: handled({ kind: "done" }) };
    case "retry": {
      const { hasTurn: _, ...rest } = item.value;
      const message = { ...rest, attempt: attempt + 1, dueAtMs: step.atMs, isWaiting: true };
      const nextAtMs = step.atMs;
      return { result: { item, handled: { kind: "later", message }, attempt: { ...record, nextAtMs } } };
    }
    case "disable":
      return { result: handled(failedFor("destination-disabled", step.reason)), gone: step.reason };
    case "give-up":
      return { result: handled(failedFor("sink-rejected", step.reason)) };
  }
}

function failedFor(code: "destination-disabled" | "sink-rejected", reason: string): MessageOutcome {
  return { kind: "failed", error: new RainhooksError(code, reason, { permanent: true }) };
}
