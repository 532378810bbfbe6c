import { RainhooksError } from "@rainhooks/core/errors";
import type { AttemptResult } from "./attempt.ts";
import { readRetryAfter } from "./retry-after.ts";

/** Maximum characters of a response that a message contains. */
const MAX_SHOWN = 1024;

/** What {@link classify} needs besides the result. */
export interface ClassifyOptions {
  /** Scheme and host of the receiver. */
  readonly receiver: string;
  /** Removes secrets from a text. */
  readonly mask: (text: string) => string;
  readonly nowMs: number;
}

/**
 * Decides what becomes of an item. A 2xx status is a success. 408, 429, 5xx and no response may
 * succeed later: `sink-unavailable`, not before `Retry-After`. Any other status would be the same
 * again: permanent `sink-rejected`. The message of the error contains the status and up to 1,024
 * characters of the response, without secrets.
 *
 * @returns The error; `undefined` for a success.
 */
export function classify(
  result: AttemptResult,
  options: ClassifyOptions,
): RainhooksError | undefined {
  const { receiver, mask, nowMs } = options;
  if (result.kind === "failure") {
    return new RainhooksError(
      "sink-unavailable",
      `${receiver} cannot be reached: ${mask(result.reason)}.`,
    );
  }
  const { status, text } = result;
  if (status >= 200 && status < 300) return undefined;
  const retried = status === 408 || status === 429 || status >= 500;
  const shown = mask(text).slice(0, MAX_SHOWN);
  const isRedirect = status >= 300 && status < 400;
  const message = `${receiver} responded with status ${status}${isRedirect ? redirect(result.location) : ""}${shown === "" ? "." : `: ${shown}`}`;
  return retried
    ? new RainhooksError("sink-unavailable", message, {
        retryAfterS: readRetryAfter(result.retryAfter, nowMs),
      })
    : new RainhooksError("sink-rejected", message, { permanent: true });
}

function redirect(location: string | undefined): string {
  const url = location === undefined ? null : URL.parse(location);
  return `, a redirect${url === null ? "" : ` to ${url.protocol}//${url.host}`}. Redirects are not followed: use the final URL`;
}
