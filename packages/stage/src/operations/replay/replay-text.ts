import { countText } from "@rainhooks/core/count-text";
import { durationText } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { billText } from "../../cost/bill-text.ts";
import { type Functions, findWebhook } from "../../functions.ts";
import { bytesText, number, ofPlanned } from "../../numbers.ts";
import type { PlannedReplay } from "../../operate/replay/plan-replay.ts";
import { maxRepeats, type ReplayJob } from "../../operate/replay/replay-job.ts";
import type { StageAccess } from "../../stage-access.ts";
import { formatLines, formatTime, type Line } from "../../terminal/format-table.ts";
import { replayBill } from "./replay-bill.ts";

const LABEL_WIDTH = 15;

/**
 * Shows a plan.
 *
 * @param definition The definition of the webhook, for what it costs; `undefined` if it is not
 * known.
 */
export function replayPlanText(
  access: StageAccess,
  { request, hours, plan }: PlannedReplay,
  definition: Webhook | undefined,
): string {
  const { webhook, rate, fromMs, toMs } = request;
  const {
    objects,
    objectBytes,
    read,
    matched,
    matchedBytes,
    firstMs = 0,
    lastMs = 0,
    byType,
  } = plan;
  const types = [...byType]
    .sort((a, b) => b[1] - a[1])
    .map(([type, count]) => `${type} ${number(count)}`);
  const late = hours.late.length === 0 ? "" : `; late ones in ${ranges(hours.late)}`;
  const lines: (Line | false)[] = [
    ["webhook", `${webhook} of stage ${access.outputs.stage}`],
    ["published", `${formatTime(fromMs)} to ${formatTime(toMs)} UTC`],
    ["folders", `${hours.first} to ${hours.last}${late}`],
    [
      "read",
      `${countText(read, "delivery", "deliveries")} in ${countText(objects, "object")}, ${bytesText(objectBytes)}`,
    ],
    [
      "to send",
      `${countText(matched, "delivery", "deliveries")}, ${bytesText(matchedBytes)} (${types.join(", ")})`,
    ],
    ["first and last", `${formatTime(firstMs)} and ${formatTime(lastMs)} UTC`],
    [
      "time",
      `${durationText(Math.ceil(matched / rate) * SECOND_MS)} at ${number(rate)} per second`,
    ],
    ["cost", billText(access, replayBill(definition, plan))],
    plan.undecodable > 0 && ["not sent", `${number(plan.undecodable)} that cannot be decoded`],
    plan.unreadable > 0 && [
      "unreadable",
      `${countText(plan.unreadable, "line or object", "lines or objects")}, which are skipped`,
    ],
  ];
  return formatLines(lines, LABEL_WIDTH);
}

/** Returns a plan for programs, with what the replay would cost. */
export function replayPlanJson(
  { outputs }: StageAccess,
  { request, hours, plan }: PlannedReplay,
  functions: Functions,
) {
  const { ids, keys, ...rest } = request;
  return {
    stage: outputs.stage,
    ...rest,
    ...(ids === undefined ? {} : { ids: ids.length }),
    hours,
    ...plan,
    bytesByClass: Object.fromEntries(plan.bytesByClass),
    byType: Object.fromEntries(plan.byType),
    seconds: Math.ceil(plan.matched / request.rate),
    dollars: replayBill(findWebhook(functions, request.webhook), plan),
  };
}

/** Writes hours as ranges of consecutive ones. */
function ranges(hours: readonly string[]): string {
  const first = hours[0] ?? "";
  const last = hours.at(-1) ?? "";
  return hours.length === 1 ? first : `${hours.length} folders from ${first} to ${last}`;
}

/**
 * Says in one line how a replay ended.
 *
 * @param resume The command with which it goes on.
 */
export function replayEndText(job: ReplayJob, resume: string): string {
  const { id, state, counts, reason } = job;
  const { matched, sent, undecodable, failed, unreadable } = counts;
  const repeats = maxRepeats(job);
  const problems = [
    ...(unreadable === 0 ? [] : [`${number(unreadable)} unreadable lines`]),
    ...(failed === 0 ? [] : [`${number(failed)} that the queue did not take`]),
  ];
  const withProblems = problems.length === 0 ? "" : ` with ${problems.join(" and ")}`;
  const twice = repeats === 0 ? "" : `, up to ${number(repeats)} of them twice`;
  const letters = undecodable === 0 ? "" : `, ${number(undecodable)} cannot be decoded`;
  switch (state) {
    case "done":
      return `Replay ${id} is done${withProblems}: ${number(matched)} matched, ${number(sent)} sent${twice}${letters}`;
    case "failed":
      return `Replay ${id} has failed after ${ofPlanned(sent, job)}: ${reason}`;
    case "cancelled":
      return `Replay ${id} was cancelled after ${ofPlanned(sent, job)}`;
    case "running":
      return `Replay ${id} was interrupted after ${ofPlanned(sent, job)}. It goes on with: ${resume}`;
  }
}
