import { type RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import type { Item } from "@rainhooks/sinks/sink";
import type { Attempt } from "../attempts/attempt.ts";
import type { AttemptMessage, RequestEvent } from "../messages/attempt-message.ts";
import type { OpenBatch } from "../outbox/batches.ts";
import type { PauseKey } from "../pauses/pause.ts";
import { isTest } from "./refuse.ts";

/** A message of an invocation. */
export type AttemptItem = Item<AttemptMessage>;

/** A message, and its events: the batch that has them, or itself. */
export interface OpenMessage {
  readonly item: AttemptItem;
  readonly events: readonly [RequestEvent, ...RequestEvent[]];
  readonly batch?: OpenBatch;
}

/** What became of a message. */
export type MessageOutcome =
  /**
   * Nothing is left to do: delivered, a test, or a copy of a message that another function handles.
   */
  | { readonly kind: "done"; readonly isCopy?: true }
  /** The batch cannot be sent in one request: it is sent in parts. */
  | { readonly kind: "split" }
  /** It goes to the queue of retries. */
  | { readonly kind: "later"; readonly message: AttemptMessage }
  /** The destination is paused. It gets the event later, from the archive. */
  | { readonly kind: "missed"; readonly pause: PauseKey }
  /** It goes to the dead-letter queue, or comes again if that can help. */
  | { readonly kind: "failed"; readonly error: RainhooksError };

/** What became of a message, and the attempt that was made, if any. */
export interface Result extends Partial<OpenMessage> {
  readonly item: AttemptItem;
  readonly outcome: MessageOutcome;
  readonly attempt?: Attempt;
}

export function isResult(message: OpenMessage | Result): message is Result {
  return "outcome" in message;
}

/** Returns a message, or its result, as one that has failed. */
export function failedWith(message: Omit<Result, "outcome">, thrown: unknown): Result {
  return { ...message, outcome: { kind: "failed", error: toRainhooksError(thrown) } };
}

/**
 * Returns the outcome of a message for a slow destination: its first attempt is made from the queue
 * of retries. Others are made all the same.
 */
export function moved(
  { value }: AttemptItem,
  queue: "first" | "retries",
): MessageOutcome | undefined {
  if (queue !== "first" || isTest(value.webhookId)) return undefined;
  return { kind: "later", message: { ...value, isWaiting: true } };
}

/** Whether a message has no outcome yet: it is received again, or another function handles it. */
export function comesAgain({ outcome, attempt }: Result): boolean {
  if (outcome.kind === "done") return outcome.isCopy === true;
  if (outcome.kind === "later") return attempt === undefined;
  return outcome.kind === "failed" && !outcome.error.permanent;
}

/** Returns by how many the events that wait for a destination become more. */
export function waitingChange(results: readonly Result[]): number {
  const changes = results.map((result): number => {
    const { item, outcome } = result;
    if (outcome.kind === "later") return !item.value.isWaiting && outcome.message.isWaiting ? 1 : 0;
    return item.value.isWaiting && !comesAgain(result) ? -1 : 0;
  });
  return changes.reduce((sum, one) => sum + one, 0);
}
