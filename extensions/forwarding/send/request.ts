import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainmakerEvent } from "@rainhooks/core/event";
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
  readonly delivery: Delivery;
  readonly event: RainmakerEvent;
  /** All events of a request with a list of them; `delivery` and `event` are then the first. */
  readonly events?: readonly RequestEvent[];
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
