/** Every reason Rainhooks gives for a failure. Codes are stable: alarms, queries and scripts may rely on them. */
export type ErrorCode =
  | "record-malformed"
  | "body-not-json"
  | "envelope-invalid"
  | "data-invalid"
  | "points-rejected"
  | "event-refused"
  | "item-too-large"
  | "sink-unavailable"
  | "sink-rejected"
  | "write-conflict"
  | "rules-unavailable"
  | "rules-invalid"
  | "config-invalid"
  | "dead-letter-unavailable"
  | "input-invalid"
  | "not-found"
  | "stage-unavailable"
  | "stage-failed"
  | "rainmaker-refused"
  | "rainmaker-unavailable"
  | "unexpected";

/** What is known of a failure besides its message. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /** True when the same input can never succeed, so that a retry is a waste. Default false. */
  readonly permanent?: boolean;
}

/**
 * The one error of Rainhooks: a stable `code`, a message that says what happened, with which input and what to
 * do, and whether a retry can help.
 *
 * @example
 * throw new RainhooksError("config-invalid", "ARCHIVE_STREAM is not set: give it the stream's name.");
 */
export class RainhooksError extends Error {
  override readonly name: string = "RainhooksError";
  readonly code: ErrorCode;
  readonly permanent: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.permanent = details.permanent ?? false;
  }
}

/**
 * Gives any thrown value the shape of a {@link RainhooksError}. One that already is one stays as it is; anything else
 * becomes `unexpected`. That may pass when retried, unless the engine itself could not go on with the value: a stack
 * that overflows or a text that cannot be encoded would do so again.
 */
export function toRainhooksError(thrown: unknown): RainhooksError {
  if (thrown instanceof RainhooksError) return thrown;
  const permanent = thrown instanceof RangeError || thrown instanceof URIError;
  return new RainhooksError("unexpected", messageOf(thrown), { cause: thrown, permanent });
}

/** The message of anything that can be thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
