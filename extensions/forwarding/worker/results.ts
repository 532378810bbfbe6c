import type { RainhooksError } from "@rainhooks/core/errors";
import type { Item } from "@rainhooks/sinks/sink";
import type { Attempt } from "../attempts/attempt.ts";
import type { AttemptMessage } from "../messages/attempt-message.ts";
import type { PauseKey } from "../pauses/pause.ts";

/** A message of a batch. */
export type AttemptItem = Item<AttemptMessage>;

/** What became of a message. */
export type MessageOutcome =
  /** Nothing is left to do: delivered, a test, or a copy of a message that another function handles. */
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
export interface Result {
  readonly item: AttemptItem;
  readonly handled: MessageOutcome;
  readonly attempt?: Attempt;
}

/** Notes that something else became of a message than was decided. */
export type ChangeOutcome = (result: Result, handled: MessageOutcome) => void;

/** Everything that became of the messages for one destination in a batch. */
export interface DestinationResults {
  readonly results: readonly Result[];
  /** Whether a response took too long. */
  readonly wasSlow: boolean;
  /** Why the receiver said that it is gone. */
  readonly gone?: string;
}

/** Returns by how many the events that wait for a destination become more. */
export function waitingChange(results: readonly Result[]): number {
  const waited = results.filter(({ item, handled }) => item.value.isWaiting && leaves(handled));
  const waits = results.filter(
    ({ item, handled }) => !item.value.isWaiting && handled.kind === "later" && handled.message.isWaiting,
  );
  return waits.length - waited.length;
}

/** Whether a message leaves its queue, and does not come again. */
function leaves(handled: MessageOutcome): boolean {
  return (
    (handled.kind === "done" && handled.isCopy !== true) ||
    handled.kind === "missed" ||
    handled.kind === "split" ||
    (handled.kind === "failed" && handled.error.permanent)
  );
}
