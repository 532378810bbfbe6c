import type { EventType } from "@rainhooks/core/catalog";
import type { Schedule } from "../schedule/schedule.ts";

/** The formats of a body. */
export const BODY_FORMATS = [
  "event",
  "raw",
  "cloudevents",
  "cloudevents-binary",
  "template",
] as const;

/**
 * The format of a body:
 *
 * - `event`: `type`, `timestamp` and `data`, as Standard Webhooks recommends, in one casing
 *   whatever RainMaker sent;
 * - `raw`: the bytes that RainMaker published;
 * - `cloudevents`: a CloudEvent 1.0 in structured mode;
 * - `cloudevents-binary`: a CloudEvent 1.0 in binary mode, with its attributes as headers;
 * - `template`: a JSON document of one's own, with values of the event.
 */
export type BodyFormat = (typeof BODY_FORMATS)[number];

/** The kinds of authentication of a destination, besides the signature. */
export const AUTH_KINDS = ["none", "basic", "oauth2"] as const;

/** How requests to a destination are authenticated, besides their signature. */
export type AuthKind = (typeof AUTH_KINDS)[number];

/** The states of a destination. */
export const DESTINATION_STATES = ["active", "paused", "disabled"] as const;

/**
 * `active`: it gets events. `paused`: it gets none for now. `disabled`: its receiver responded that
 * it wants no more events.
 */
export type DestinationState = (typeof DESTINATION_STATES)[number];

/**
 * What a person decides about a destination. Its secrets and its whole URL are kept elsewhere
 * ({@link DestinationSecrets}).
 */
export interface DestinationSettings {
  /** Lower-case letters, digits and dashes, up to 30. */
  readonly id: string;
  /**
   * Scheme and host, such as `https://hooks.example.com`: the rest of a URL is often a secret. Or
   * `target:` and the name of a target of the stage, such as `target:orders`.
   */
  readonly url: string;
  /** What it is, for people. */
  readonly description: string;
  /** The events that it wants. */
  readonly events: "all" | readonly EventType[];
  /** Only events of these nodes, or of nodes with one of `tags`. Without both, of every node. */
  readonly nodes: readonly string[];
  /** Tags of nodes, such as `city:Pune`. */
  readonly tags: readonly string[];
  /** Only events for which this condition holds (CEL). */
  readonly where?: string;
  /** What a body is; `template` if it has one. */
  readonly format: BodyFormat;
  /** The template of format `template`. */
  readonly template?: string;
  /** Names of the headers of its own, in lower case. */
  readonly headerNames: readonly string[];
  readonly auth: AuthKind;
  /**
   * The key with which the receiver verifies signatures: `whpk_…`. Absent if it shares a secret.
   */
  readonly publicKey?: string;
  /** Maximum requests per second. @defaultValue no limit */
  readonly ratePerS?: number;
  /** Maximum requests at once. */
  readonly concurrency: number;
  /** Waits between attempts, in seconds. */
  readonly schedule: Schedule;
  /** Whether it gets an event once for each user of the node. */
  readonly eachCopy: boolean;
  /** Maximum number of events in a request. Absent: each event is a request of its own. */
  readonly batchEvents?: number;
  /** How long an event waits for others of its batch, in seconds. */
  readonly batchWaitS: number;
  /**
   * Maximum bytes of the events of a batch, as RainMaker published them; a larger event is a batch
   * of its own.
   */
  readonly batchBytes: number;
  /** Whether the events of a node come one after the other, by the time of their publishing. */
  readonly inOrder: boolean;
}

/** A destination: somewhere that events are sent to. */
export interface Destination extends DestinationSettings {
  readonly state: DestinationState;
  /** Why it is in this state, for people. */
  readonly stateReason?: string;
  /** Since when it gets no events, epoch milliseconds. */
  readonly pausedAtMs?: number;
  /** Id of the time in which it gets no events, while it is not active. */
  readonly pauseId?: string;
  /** When it became active again last, epoch milliseconds. */
  readonly resumedAtMs?: number;
  /**
   * Id of its secrets in their store; it changes with each change of the secrets. @defaultValue its
   * id
   */
  readonly secretsId?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Number of changes; 0 if it has not been written yet. */
  readonly version: number;
}
