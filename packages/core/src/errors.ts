/** The reasons for failures. Codes are stable: alarms, queries and scripts may depend on them. */
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
  | "secret-unavailable"
  | "dead-letter-unavailable"
  | "input-invalid"
  | "not-found"
  | "stage-unavailable"
  | "stage-failed"
  | "rainmaker-refused"
  | "rainmaker-unavailable"
  | "unexpected";

/** Optional details of an error. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /** True when the same input can never succeed, so that retries are useless. @defaultValue false */
  readonly permanent?: boolean;
}

/**
 * The only error class of Rainhooks: a stable `code`, a message (what happened, with which input, what to do), and whether
 * a retry can help.
 *
 * @example
 * ```ts
 * import { RainhooksError } from "@rainhooks/core";
 *
 * const error = new RainhooksError("config-invalid", "ARCHIVE_STREAM is not set. Set it to the stream's name.");
 * console.log(error.code, error.permanent); // config-invalid false
 * ```
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
 * Converts a thrown value to a {@link RainhooksError}. A RainhooksError is returned unchanged; anything else gets the code `unexpected`
 * and may succeed when retried, unless the JavaScript engine failed on the value (a stack overflow, a text that cannot be encoded).
 *
 * @example
 * ```ts
 * import { toRainhooksError } from "@rainhooks/core";
 *
 * const { code, message } = toRainhooksError(new Error("socket hang up"));
 * console.log(code, message); // unexpected socket hang up
 * ```
 */
export function toRainhooksError(thrown: unknown): RainhooksError {
  if (thrown instanceof RainhooksError) return thrown;
  const permanent = thrown instanceof RangeError || thrown instanceof URIError;
  return new RainhooksError("unexpected", messageOf(thrown), { cause: thrown, permanent });
}

/**
 * Returns the message of any thrown value.
 *
 * @example
 * ```ts
 * import { messageOf } from "@rainhooks/core";
 *
 * console.log(messageOf(new Error("socket hang up"))); // socket hang up
 * ```
 */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
