import type { EventType } from "@rainhooks/core/catalog";
import type { Sink } from "@rainhooks/sinks/sink";
import type { Audit } from "@rainhooks/stage/operations/audits";
import type { CustomMetric } from "@rainhooks/webhook/observe/metrics";
import type { Attempt } from "../attempts/attempt.ts";
import type { ClaimAttempt } from "../attempts/claim-attempt.ts";
import type { DestinationCache } from "../destinations/cached-destinations.ts";
import type { Destination } from "../destinations/destination.ts";
import type { DestinationStore } from "../destinations/destination-store.ts";
import type { SendAttempts } from "../messages/send-attempts.ts";
import type { CutDependencies } from "../outbox/repeated.ts";
import type { KeepMissed } from "../pauses/widen.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import type { Sender } from "../send/sender.ts";

/** When destinations are paused, and which ones are slow. */
export interface AttemptLimits {
  readonly maxWaiting: number;
  /** A destination is paused after this number of failed attempts in a row… */
  readonly maxFailures: number;
  /** …if the first of them is at least this long ago. */
  readonly minFailing: number;
  /** A destination that takes longer for a response is slow. */
  readonly slowAfter: number;
}

/** Options of {@link attemptWorker}. */
export interface AttemptWorkerOptions {
  /**
   * `first`: events of slow destinations are moved to the other queue, so that they do not delay
   * events of other destinations.
   */
  readonly queue: "first" | "retries";
  readonly limits: AttemptLimits;
  readonly store: DestinationStore;
  readonly destinations: () => Promise<DestinationCache>;
  readonly secretsOf: (destination: Destination) => Promise<DestinationSecrets>;
  readonly sender: Sender;
  /** The log of attempts. */
  readonly attempts: Sink<Attempt>;
  readonly claimAttempt: ClaimAttempt;
  /** Returns whether the log shows an event as delivered to a destination. */
  readonly isDelivered: (webhookId: string, destination: string) => Promise<boolean>;
  /** Sends messages to the queue of retries. */
  readonly retries: SendAttempts;
  /** The table of the outbox, and the source of ids for batches. */
  readonly outbox: Pick<CutDependencies, "table" | "newId">;
  /** Event types of which every event is in the archive: only they can be sent after a pause. */
  readonly archived: ReadonlySet<EventType>;
  /** Keeps in which range of time a paused destination missed events. */
  readonly missed: KeepMissed;
  /** Writes the record of what the worker does by itself. */
  readonly audit: (audit: Omit<Audit, "caller" | "door">) => Promise<void>;
  /** Logs what people have to know. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Receives the metrics of each batch, with their units, as CloudWatch names them. */
  readonly report: (metrics: Readonly<Record<string, CustomMetric>>) => void;
  readonly nowMs: () => number;
  /** A number from 0 to 1, such as that of `Math.random`. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}
