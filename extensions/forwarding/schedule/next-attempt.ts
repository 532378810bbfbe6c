import { SECOND_MS } from "@rainhooks/core/durations";
import { MAX_RETRY_WAIT_S } from "@rainhooks/core/errors";
import type { Schedule } from "./schedule.ts";

/**
 * What came of an attempt:
 *
 * - `delivered`: a 2xx status;
 * - `failed`: another status or no response; it may succeed later;
 * - `gone`: status 410, with which a receiver says that it wants nothing more, or a target that is
 *   not there or may not be used;
 * - `impossible`: no request can be made of this event, or its target takes none.
 */
export type Outcome =
  | { readonly kind: "delivered" }
  | {
      readonly kind: "failed";
      readonly reason: string;
      /** Seconds until a retry can succeed, as the receiver responded. */
      readonly retryAfterS?: number | undefined;
      /** What the receiver refuses of this request: the same one would be refused again. */
      readonly refuses?: "content" | "size" | undefined;
    }
  | { readonly kind: "gone"; readonly reason: string }
  | { readonly kind: "impossible"; readonly reason: string };

/** What is to be done after an attempt. */
export type NextStep =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly atMs: number }
  /** The event goes to the dead letters. */
  | { readonly kind: "give-up"; readonly reason: string }
  /** The event goes to the dead letters, and the destination gets no more. */
  | { readonly kind: "disable"; readonly reason: string };

/** The attempt that was made, and when the next one may be. */
export interface NextAttemptInput {
  /** Number of the attempt that was made; the first is 1. */
  readonly attempt: number;
  readonly outcome: Outcome;
  readonly schedule: Schedule;
  readonly nowMs: number;
  /** A number from 0 to 1, such as that of `Math.random`. */
  readonly random: number;
}

/**
 * Waits differ by up to this share, so that events that failed together do not come back together.
 */
const JITTER = 0.1;

/**
 * Decides what is to be done after an attempt. A retry comes after the wait of the schedule, 10 %
 * more or less, but not before the receiver's `Retry-After`, of which 12 hours count.
 */
export function nextAttempt({
  attempt,
  outcome,
  schedule,
  nowMs,
  random,
}: NextAttemptInput): NextStep {
  if (outcome.kind === "delivered") return { kind: "done" };
  if (outcome.kind === "gone") return { kind: "disable", reason: outcome.reason };
  if (outcome.kind === "impossible") return { kind: "give-up", reason: outcome.reason };
  const waitS = schedule[attempt - 1];
  if (waitS === undefined) {
    const attempts = attempt === 1 ? "1 attempt" : `${attempt} attempts`;
    return { kind: "give-up", reason: `${attempts} failed. The last one: ${outcome.reason}` };
  }
  const jitteredS = waitS * (1 - JITTER + 2 * JITTER * random);
  const atLeastS = Math.max(jitteredS, outcome.retryAfterS ?? 0);
  return {
    kind: "retry",
    atMs: nowMs + Math.round(Math.min(atLeastS, MAX_RETRY_WAIT_S) * SECOND_MS),
  };
}
