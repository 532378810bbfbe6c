import type { HoursToRead, PublishedRange } from "@rainhooks/archive/hours/hours-to-read";
import type { Wait } from "@rainhooks/stage/operate/progress";
import type { ReplayJob, ReplayRequest } from "@rainhooks/stage/operate/replay-job";
import type { ReplayDependencies } from "../../../repair/replay/run.ts";
import type { Destination } from "../../destinations/destination.ts";
import type { DestinationStore } from "../../destinations/destination-store.ts";
import { MAX_KNOWN_AGE_MS } from "../../destinations/known-destinations.ts";
import type { Pause } from "../../pauses/pause.ts";

/** What is needed to send a destination what it missed. */
export interface RecoverDependencies extends Omit<ReplayDependencies, "onProgress"> {
  readonly destinations: DestinationStore;
  /** Returns the folders of the archive in which deliveries of a range can be. */
  readonly hoursOf: (range: PublishedRange) => Promise<HoursToRead>;
  /**
   * Returns what deliveries published before a time wait for until they are archived; `undefined` if all are.
   */
  readonly whatWaits: (toMs: number) => Promise<Wait | undefined>;
  /** How long to wait before the archive is read again. */
  readonly archiveLookMs: number;
  /** How long functions may still handle an event as for a paused destination after that is active. */
  readonly settleMs: number;
  readonly rate: number;
  readonly maxDeadLetters: number;
  /** Who recovers: an ARN of AWS. */
  readonly startedBy: string;
  /** Returns an id of a process that nobody else has. */
  readonly newRunner: () => string;
  /** Called for what people wait for. */
  readonly onWait?: ((wait: Wait) => void) | undefined;
  /** Called about once a second while events are sent. */
  readonly onProgress?: (job: ReplayJob, wait: Wait | undefined) => void;
}

/** How a recovery has ended. */
export type RecoverResult =
  /** All that was missed has been sent. */
  | { readonly kind: "done"; readonly pauses: number; readonly sent: number }
  /** The destination gets no events again. What was not sent is still known. */
  | { readonly kind: "stopped"; readonly destination: Destination }
  | { readonly kind: "removed" }
  /** `signal` has ended it. */
  | { readonly kind: "interrupted" }
  /** A replay has failed, or was cancelled. */
  | { readonly kind: "failed"; readonly job: ReplayJob };

/** The webhook that forwards events. */
export const FORWARD = "forward";

/**
 * How long functions may still leave events to the archive after a destination becomes active: the maximum
 * age of their cached destinations, and the maximum duration of an invocation.
 */
export function settleMs(maxTimeoutMs: number): number {
  return MAX_KNOWN_AGE_MS + maxTimeoutMs;
}

/**
 * Returns which deliveries of a range a destination can want: none from before it was added. With tags or a
 * condition, that is decided event by event.
 *
 * @param range In whole minutes, so that it can begin before the destination was added.
 */
export function requestFor(
  { id, events, nodes, tags, createdAtMs }: Destination,
  { fromMs, toMs }: PublishedRange,
  { rate, maxDeadLetters }: Pick<ReplayRequest, "rate" | "maxDeadLetters">,
): ReplayRequest {
  return {
    webhook: FORWARD,
    address: id,
    fromMs: createdAtMs < toMs ? Math.max(fromMs, createdAtMs) : fromMs,
    toMs,
    ...(events === "all" ? {} : { events }),
    ...(nodes.length === 0 || tags.length > 0 ? {} : { nodes }),
    rate,
    maxDeadLetters,
  };
}

/**
 * Returns the pauses with events that may still have to be sent: all but the current pause of the
 * destination.
 */
export function pausesToRecover(
  { pauseId }: Pick<Destination, "pauseId">,
  pauses: readonly Pause[],
): readonly Pause[] {
  return pauses.filter((pause) => pause.pauseId !== pauseId);
}
