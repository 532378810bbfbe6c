import { type Mistake, mistakeText } from "./mistake.ts";

/**
 * The reasons for failures. Codes are stable: alarms, queries and scripts may depend on them.
 * docs/errors.md says what to do about each.
 */
export const ERROR_CODES = [
  "record-malformed",
  "body-not-json",
  "envelope-invalid",
  "data-invalid",
  "points-rejected",
  "event-refused",
  "item-too-large",
  "sink-unavailable",
  "throttled",
  "sink-rejected",
  "destination-paused",
  "destination-disabled",
  "not-attempted",
  "write-conflict",
  "rules-unavailable",
  "rules-invalid",
  "config-invalid",
  "secret-unavailable",
  "dead-letter-unavailable",
  "input-invalid",
  "not-found",
  "stage-unavailable",
  "stage-failed",
  "rainmaker-refused",
  "rainmaker-unavailable",
  "unexpected",
] as const;

/** The reason for a failure. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Maximum wait until a retry: the maximum time for which SQS hides a record, 12 hours. */
export const MAX_RETRY_WAIT_S = 43_200;

/** Optional details of an error. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /**
   * True when the same input can never succeed, so that retries are useless. @defaultValue false
   */
  readonly permanent?: boolean;
  /**
   * Seconds until a retry makes sense, as a service has said (`Retry-After`). Larger values become
   * {@link MAX_RETRY_WAIT_S}; negative ones and `NaN` are ignored.
   */
  readonly retryAfterS?: number | undefined;
  /** What is wrong with the input, if it is that. */
  readonly mistakes?: readonly Mistake[];
  /** What to run. It is not part of the message: who shows it adds how the stage is reached. */
  readonly hint?: Hint | undefined;
}

/** A command that helps. */
export interface Hint {
  /** What it is for, such as `Resume it first`. */
  readonly to: string;
  /** Words and arguments, such as `destinations resume crm`. */
  readonly command: string;
}

/**
 * The error that people read: a stable `code`, a message (what happened, with which input, what to
 * do), whether a retry can help, and when.
 *
 * @example
 * ```ts
 * import { RainhooksError } from "@rainhooks/webhook/sinks";
 *
 * const error = new RainhooksError("config-invalid", "ARCHIVE_STREAM is not set.");
 * console.log(error.code, error.permanent); // config-invalid false
 * ```
 */
export class RainhooksError extends Error {
  override readonly name: string = "RainhooksError";
  readonly code: ErrorCode;
  readonly permanent: boolean;
  /**
   * Minimum seconds until a retry, 0 to {@link MAX_RETRY_WAIT_S}; `undefined` when no service has
   * said.
   */
  readonly retryAfterS: number | undefined;
  /** What is wrong with the input, field by field; empty if it is something else. */
  readonly mistakes: readonly Mistake[];
  /** What to run. */
  readonly hint: Hint | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.permanent = details.permanent ?? false;
    const { retryAfterS = Number.NaN } = details;
    this.retryAfterS = retryAfterS >= 0 ? Math.min(retryAfterS, MAX_RETRY_WAIT_S) : undefined;
    this.mistakes = details.mistakes ?? [];
    this.hint = details.hint;
  }
}

/** Returns the error for input that is wrong: its message has one line for each mistake. */
export function inputError(...mistakes: readonly Mistake[]): RainhooksError {
  const message = mistakes.map((mistake) => mistakeText(mistake)).join("\n");
  return new RainhooksError("input-invalid", message, { mistakes });
}

/**
 * Returns the error for input that can never be right: its message says what is wrong, and what to
 * do.
 */
export function wrongInput(message: string, cause?: unknown): RainhooksError {
  return new RainhooksError("input-invalid", message, { cause, permanent: true });
}

/** Returns the error for something that is not there. */
export function notFound(message: string): RainhooksError {
  return new RainhooksError("not-found", message, { permanent: true });
}

/**
 * Converts a thrown value to a {@link RainhooksError}. A RainhooksError is returned unchanged;
 * anything else gets the code `unexpected` and may succeed when retried, unless the JavaScript
 * engine failed on the value (a stack overflow, a text that cannot be encoded).
 */
export function toRainhooksError(thrown: unknown): RainhooksError {
  if (thrown instanceof RainhooksError) return thrown;
  const permanent = thrown instanceof RangeError || thrown instanceof URIError;
  return new RainhooksError("unexpected", messageOf(thrown), { cause: thrown, permanent });
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
