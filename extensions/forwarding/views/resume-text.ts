import { countText } from "@rainhooks/core/counted";
import { durationText } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { number } from "@rainhooks/stage/numbers";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { Destination } from "../destinations/destination.ts";
import type { ResumePlan } from "../operations/plan-resume.ts";
import { FORWARD, type MissedResult } from "../operations/send-missed.ts";

const LABEL_WIDTH = 15;

/** Shows what resuming a destination would send. */
export function resumePlanText(
  { id, state, pausedAtMs, stateReason }: Destination,
  { missed, matched, byType, isIncomplete, goneBeforeMs, rate, seconds }: ResumePlan,
): string {
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
      `up to ${countText(matched, "delivery", "deliveries")}${shown === "" ? "" : ` (${shown})`}, without those that the log shows as delivered`,
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

/**
 * Says how a recovery has ended.
 *
 * @param goOn The command with which it goes on.
 */
export function recoveredText(id: string, recovered: MissedResult, goOn: string): string {
  switch (recovered.kind) {
    case "done":
      return recovered.pauses === 0 || recovered.sent === 0
        ? `${id} has missed nothing.`
        : `Sent ${countText(recovered.sent, "delivery", "deliveries")} to ${FORWARD} for ${id}: what it wants of that, and has not got yet, is on its way.`;
    case "stopped":
      return `${id} is ${recovered.destination.state} again${becauseOf(recovered.destination)}. What was not sent is in the archive. To go on: ${goOn}`;
    case "removed":
      return `${id} was removed, so nothing more is sent.`;
    case "interrupted":
      return `Interrupted: ${id} is active, and has not got all that it missed. To go on: ${goOn}`;
    case "failed":
      return `The replay ${recovered.job.id} ${recovered.job.state === "failed" ? `has failed: ${recovered.job.reason}` : "was cancelled."} To go on: ${goOn}`;
  }
}

function becauseOf({ stateReason }: Destination): string {
  return stateReason === undefined ? "" : ` (${stateReason})`;
}
