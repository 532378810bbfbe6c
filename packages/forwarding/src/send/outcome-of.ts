import { type AttemptResult, type ClassifyOptions, classify, readRetryAfter } from "@rainhooks/sinks/http";
import type { Outcome } from "../schedule/outcome.ts";

/** With this status, a receiver says that it is gone for good. */
const GONE = 410;

/**
 * Decides what came of a request: a 2xx status is `delivered`, 410 is `gone`. Any other status can change, when a receiver is put
 * right, so it is `failed`, as no response is.
 */
export function outcomeOf(result: AttemptResult, options: ClassifyOptions): Outcome {
  const error = classify(result, options);
  if (error === undefined) return { kind: "delivered" };
  const reason = error.message;
  if (result.kind === "failure") return { kind: "failed", reason };
  if (result.status === GONE) return { kind: "gone", reason };
  return { kind: "failed", reason, retryAfterS: readRetryAfter(result.retryAfter, options.nowMs) };
}
