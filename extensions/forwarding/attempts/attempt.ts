import type { OutcomeKind } from "../schedule/next-attempt.ts";

/** A header of a request as the log shows it: secret values are `***`. */
export type LoggedHeaders = Readonly<Record<string, string>>;

/** One attempt, as the log of attempts keeps it: neither the body nor a secret is in it. */
export interface Attempt {
  /** Id of the destination. */
  readonly destination: string;
  readonly webhookId: string;
  /**
   * SNS message id of the delivery, and when it was published, epoch milliseconds: with these, the archive
   * finds the event.
   */
  readonly deliveryId: string;
  readonly publishedMs: number;
  /** The event type; of a batch with several types `several`. */
  readonly eventType: string;
  /** Number of events of a batch; absent for an event by itself. */
  readonly events?: number;
  /** The first node of the event; absent if the events of a batch are of several. */
  readonly nodeId?: string;
  /** Number of the attempt; the first is 1. */
  readonly attempt: number;
  /** When it began, epoch milliseconds. */
  readonly atMs: number;
  /** `POST`; for a target of the stage the call of AWS, such as `SendMessage`. */
  readonly method: "POST" | "SendMessage" | "Publish" | "PutEvents" | "Invoke";
  /** Scheme and host, or `target:` and the name of a target. */
  readonly url: string;
  readonly headers: LoggedHeaders;
  /** Bytes of the body. */
  readonly bodyBytes: number;
  /** HTTP status; absent if there was no response. */
  readonly status?: number;
  readonly durationMs: number;
  /** The beginning of the response, up to 4 KB, without secrets. */
  readonly response?: string;
  readonly outcome: OutcomeKind;
  /** Why it was not delivered. */
  readonly error?: string;
  /** When the next attempt will be, epoch milliseconds. */
  readonly nextAtMs?: number;
}

/** What identifies an attempt. */
export type AttemptKey = Pick<Attempt, "webhookId" | "destination" | "attempt" | "atMs">;

/** Returns the id of an attempt, as {@link readAttempt} takes it. */
export function attemptId({ webhookId, destination, attempt, atMs }: AttemptKey): string {
  return [webhookId, destination, attempt, atMs].join(".");
}

/** A webhook-id contains no dot, neither does the id of a destination. */
const ID = /^([^.]{1,256})\.([a-z0-9-]{1,30})\.(\d{1,4})\.(\d{1,16})$/;

/** Reads the id of an attempt; returns `undefined` for any other text. */
export function parseAttemptId(id: string): AttemptKey | undefined {
  const [match, webhookId = "", destination = "", attempt = "", atMs = ""] = ID.exec(id) ?? [];
  if (match === undefined) return undefined;
  return { webhookId, destination, attempt: Number(attempt), atMs: Number(atMs) };
}
