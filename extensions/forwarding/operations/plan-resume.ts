import { DAY_MS } from "@rainhooks/core/durations";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { hoursOf, stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { archiveOf, type StageAccess } from "@rainhooks/stage/reached";
import { onTheWayMs } from "../../repair/archived/what-waits.ts";
import { countDeliveries } from "../../repair/replay/count-deliveries.ts";
import { targetOf } from "../../repair/replay/target.ts";
import type { Destination } from "../destinations/destination.ts";
import { readPauses } from "../destinations/store.ts";
import type { MissedRange, Pause } from "../pauses/pause.ts";
import { forwardingOf, requireDestination } from "./forwarding-of.ts";
import { FORWARD, requestFor } from "./send-missed.ts";

/** How a destination gets what it missed. */
export interface ResumeRequest {
  /** @defaultValue half of the destination's own rate, or 50 */
  readonly rate?: number | undefined;
  /** New dead letters of the webhook after which it ends. */
  readonly maxDeadLetters: number;
}

/** What resuming a destination would send. */
export interface ResumePlan {
  /** Ranges of times of publishing, one for each pause in which something was missed. */
  readonly missed: readonly MissedRange[];
  /** Deliveries in them that the destination can want, as far as they are archived. */
  readonly matched: number;
  readonly byType: Readonly<Record<string, number>>;
  /** Whether some of it is not archived yet, so that it is not counted. */
  readonly isIncomplete: boolean;
  /**
   * What was published before this time is no longer in the archive; `undefined` if all that was missed is.
   */
  readonly goneBeforeMs: number | undefined;
  readonly rate: number;
  /** How long it takes to send so many. */
  readonly seconds: number;
}

/** What is known of a destination before it is resumed. */
export interface ResumeState {
  readonly destination: Destination;
  readonly pauses: readonly Pause[];
  /**
   * `active`: there is nothing to resume. `no-archive`: what it missed is in dead-letter queues, and is not
   * sent.
   */
  readonly kind: "active" | "no-archive" | "nothing-missed" | "missed";
}

/** Deliveries per second, of a destination without a rate of its own. */
const DEFAULT_RATE = 50;

/** Returns what resuming a destination would be. */
export async function readResumeState(reached: StageAccess, id: string): Promise<ResumeState> {
  const forwarding = forwardingOf(reached);
  const destination = await requireDestination(forwarding, id);
  const pauses = await readPauses(forwarding.table, id);
  return { destination, pauses, kind: kindOf(reached, destination, pauses) };
}

function kindOf(
  { outputs }: StageAccess,
  { state }: Destination,
  pauses: readonly Pause[],
): ResumeState["kind"] {
  if (state === "active" && pauses.length === 0) return "active";
  if (outputs.archive === undefined) return "no-archive";
  return pauses.every(({ missed }) => missed === undefined) ? "nothing-missed" : "missed";
}

/** Half of a destination's own rate is for what it missed, so that live events have the rest. */
export function resumeRate({ ratePerS }: Destination, { rate }: ResumeRequest): number {
  return rate ?? (ratePerS === undefined ? DEFAULT_RATE : Math.max(1, Math.floor(ratePerS / 2)));
}

/** Reads the archive as a recovery would, and counts. It sends nothing. */
export async function planResume(
  reached: StageAccess,
  { destination, pauses }: ResumeState,
  request: ResumeRequest,
  { signal, onProgress }: OperationOptions = {},
): Promise<ResumePlan> {
  const { subscribed } = targetOf(reached, FORWARD);
  const nowMs = Date.now();
  const rate = resumeRate(destination, request);
  const missed = pauses.flatMap((pause) => (pause.missed === undefined ? [] : [pause.missed]));
  const byType: Record<string, number> = {};
  let matched = 0;
  for (const range of missed) {
    const plan = await countDeliveries(requestFor(destination, range, { ...request, rate }), {
      archive: stageArchive(reached),
      hours: await hoursOf(reached, range, nowMs),
      subscribed,
      signal,
      onProgress: ({ objects, read: deliveries }) =>
        onProgress?.({ step: "read-archive", objects, deliveries }),
    });
    matched += plan.matched;
    for (const [type, count] of plan.byType) byType[type] = (byType[type] ?? 0) + count;
  }
  const lastMs = Math.max(0, ...missed.map(({ toMs }) => toMs));
  return {
    missed,
    matched,
    byType,
    isIncomplete: lastMs + onTheWayMs(reached) > nowMs,
    goneBeforeMs: goneBefore(missed, archiveOf(reached).deleteAfterDays, nowMs),
    rate,
    seconds: Math.ceil(matched / rate),
  };
}

/**
 * Returns the time before which what was missed is no longer in the archive; `undefined` if all of it is.
 *
 * @param deleteAfterDays Days after which the archive deletes its objects.
 */
export function goneBefore(
  missed: readonly MissedRange[],
  deleteAfterDays: number | undefined,
  nowMs: number,
): number | undefined {
  if (deleteAfterDays === undefined) return undefined;
  const keptFromMs = nowMs - deleteAfterDays * DAY_MS;
  return missed.some(({ fromMs }) => fromMs < keptFromMs) ? keptFromMs : undefined;
}
