import type { Attempt } from "../attempts/attempt.ts";
import type { Destination } from "../destinations/destination.ts";
import type { RequestEvent } from "../messages/attempt-message.ts";
import type { Outcome } from "../schedule/next-attempt.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";

/** One attempt that is to be made. */
export interface SendRequest {
  readonly destination: Destination;
  /** If they cannot be had, the attempt fails. A target of the stage needs none. */
  readonly secrets: DestinationSecrets | (() => Promise<DestinationSecrets>);
  readonly events: readonly [RequestEvent, ...RequestEvent[]];
  /** Whether its body is a list, also of one event. @defaultValue false */
  readonly isList?: boolean;
  /** The same for every attempt. */
  readonly webhookId: string;
  /** Number of the attempt; the first is 1. */
  readonly attempt: number;
}

/** The outcome of an attempt, and its record for the log of attempts. */
export interface SendResult {
  readonly outcome: Outcome;
  readonly record: Attempt;
}

/** Sends events to destinations, and keeps connections and tokens for the next ones. */
export interface Sender {
  /** Makes one attempt. It never throws: what goes wrong is the outcome. */
  sendOnce(request: SendRequest): Promise<SendResult>;
  /** Closes its connections. */
  close(): void;
}
