import { counted, DAY_MS, durationText, SECOND_MS } from "@rainhooks/core";
import type { Destination, MissedRange, Pause } from "@rainhooks/forwarding";
import { planReplay, requestFor } from "@rainhooks/operate";
import { archiveOf, type ReachedStage } from "@rainhooks/stage";
import { formatLines, formatTime, type Line } from "@rainhooks/terminal";
import { number } from "../../replay/plan.ts";
import { StatusLine } from "../../replay/progress.ts";
import { hoursOf, type ReplayTarget, reachedArchive } from "../../replay/target.ts";
import { onTheWayMs } from "../../replay/what-waits.ts";

/** What resuming a destination would send. */
export interface ResumePlan {
  /** Ranges of times of publishing, one for each pause in which something was missed. */
  readonly missed: readonly MissedRange[];
  /** Deliveries in them that the destination can want, as far as they are archived. */
  readonly matched: number;
  readonly byType: Readonly<Record<string, number>>;
  /** Whether some of it is not archived yet, so that it is not counted. */
  readonly isIncomplete: boolean;
  /** What was published before this time is no longer in the archive; `undefined` if all that was missed is. */
  readonly goneBeforeMs: number | undefined;
  /** Maximum deliveries per second. */
  readonly rate: number;
  /** How long it takes to send so many. */
  readonly seconds: number;
}

/** Options of {@link planResume}. */
interface PlanOptions {
  readonly target: ReplayTarget;
  readonly rate: number;
  readonly maxDeadLetters: number;
  readonly nowMs: number;
}

/** Reads the archive as a recovery would, and counts. It sends nothing. */
export async function planResume(
  reached: ReachedStage,
  destination: Destination,
  pauses: readonly Pause[],
  { target: { subscribed, deadLetterQueueUrl }, rate, maxDeadLetters, nowMs }: PlanOptions,
): Promise<ResumePlan> {
  const missed = pauses.flatMap((pause) => (pause.missed === undefined ? [] : [pause.missed]));
  const byType: Record<string, number> = {};
  let matched = 0;
  const status = new StatusLine();
  for (const range of missed) {
    const plan = await planReplay(requestFor(destination, range, { rate, maxDeadLetters }), {
      archive: reachedArchive(reached),
      hours: await hoursOf(reached, range, nowMs),
      subscribed,
      letters: { sqs: reached.clients.sqs, queueUrl: deadLetterQueueUrl },
      onProgress: ({ objects, read }) =>
        status.show(
          `reading the archive: ${counted(objects, "object")}, ${counted(read, "delivery", "deliveries")}`,
        ),
    });
    matched += plan.matched;
    for (const [type, count] of plan.byType) byType[type] = (byType[type] ?? 0) + count;
  }
  status.clear();
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

const LABEL_WIDTH = 15;

/** Shows a plan. */
export function planText({ id, state, pausedAtMs, stateReason }: Destination, plan: ResumePlan): string {
  const { missed, matched, byType, isIncomplete, goneBeforeMs, rate, seconds } = plan;
  const since = pausedAtMs === undefined ? "" : ` since ${formatTime(pausedAtMs)} UTC`;
  const types = Object.entries(byType).sort(([, a], [, b]) => b - a);
  const shown = types.map(([type, count]) => `${type} ${number(count)}`).join(", ");
  const lines: Line[] = [
    ["destination", `${id}, ${state}${since}${stateReason === undefined ? "" : `: ${stateReason}`}`],
    ...missed.map(
      ({ fromMs, toMs }): Line => ["missed", `published ${formatTime(fromMs)} to ${formatTime(toMs)} UTC`],
    ),
    [
      "to send",
      `up to ${counted(matched, "delivery", "deliveries")}${shown === "" ? "" : ` (${shown})`}, without those that the log shows as delivered`,
    ],
    ...(isIncomplete ? [["not counted", "what is not archived yet; it is sent, too"] as const] : []),
    ...(goneBeforeMs === undefined
      ? []
      : [
          [
            "gone",
            `what was published before ${formatTime(goneBeforeMs)} UTC: the archive has deleted it`,
          ] as const,
        ]),
    ["time", `${durationText(seconds * SECOND_MS)} at ${number(rate)} per second`],
    ["order", "live events first, then what was missed; no order is promised"],
  ];
  return formatLines(lines, LABEL_WIDTH);
}
