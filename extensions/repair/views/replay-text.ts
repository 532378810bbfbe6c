import { countText } from "@rainhooks/core/counted";
import { durationText } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { type Functions, findWebhook } from "@rainhooks/stage/functions";
import { maxRepeats, type ReplayJob } from "@rainhooks/stage/operate/replay-job";
import type { Door } from "@rainhooks/stage/operations/caller";
import type { StageAccess } from "@rainhooks/stage/reached";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { bytesText, number, ofPlanned } from "@rainhooks/stage/terminal/operations/numbers";
import { waitText } from "@rainhooks/stage/terminal/operations/progress-text";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { replayBill } from "../../capacity/bill/replay-bill.ts";
import { ArchiveTimeout } from "../archived/wait-until-archived.ts";
import { NothingToReplay, type PlannedReplay } from "../replay/plan-replay.ts";

const LABEL_WIDTH = 15;

/**
 * Shows a plan.
 *
 * @param definition The definition of the webhook, for what it costs; `undefined` if it is not known.
 */
export function replayPlanText(
  reached: StageAccess,
  { request, hours, plan }: PlannedReplay,
  definition: Webhook | undefined,
): string {
  const { webhook, rate, fromMs, toMs } = request;
  const { objects, objectBytes, read, matched, matchedBytes, firstMs = 0, lastMs = 0, byType } = plan;
  const types = [...byType].sort((a, b) => b[1] - a[1]).map(([type, count]) => `${type} ${number(count)}`);
  const late = hours.late.length === 0 ? "" : `; late ones in ${ranges(hours.late)}`;
  const lines: Line[] = [
    ["webhook", `${webhook} of stage ${reached.outputs.stage}`],
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
    ["time", `${durationText(Math.ceil(matched / rate) * SECOND_MS)} at ${number(rate)} per second`],
    ["cost", billText(reached, replayBill(definition, plan))],
    ...(plan.undecodable === 0
      ? []
      : [["not sent", `${number(plan.undecodable)} that cannot be decoded`] as const]),
    ...(plan.unreadable === 0
      ? []
      : [
          [
            "unreadable",
            `${countText(plan.unreadable, "line or object", "lines or objects")}, which are skipped`,
          ] as const,
        ]),
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
  const [first, last] = [hours[0] ?? "", hours.at(-1) ?? ""];
  return hours.length === 1 ? first : `${hours.length} folders from ${first} to ${last}`;
}

/** Returns why there is no plan, as the caller knows it: the terminal has options. */
export function explainReplay(error: unknown, door: Door): unknown {
  if (error instanceof NothingToReplay)
    return new RainhooksError(error.code, nothingText(error), { cause: error });
  if (!(error instanceof ArchiveTimeout) || door !== "terminal") return error;
  const [to, earlier] = [error.toMs, error.archivedToMs].map((atMs) => new Date(atMs).toISOString());
  const text = `Deliveries before ${to} may be missing until ${waitText(error.wait)}. Use an earlier --to (such as ${earlier}), or --wait.`;
  return new RainhooksError(error.code, text, { cause: error });
}

/** Says that there is nothing to replay, and what was looked at. */
function nothingText({
  request: { fromMs, toMs, webhook },
  plan: { read, objects },
}: NothingToReplay): string {
  const range = `${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
  return `Nothing to replay: no delivery for ${webhook} that was published from ${range} matches (${countText(read, "delivery", "deliveries")} read in ${countText(objects, "object")}).`;
}

/** Says that a replay was cancelled. */
export function cancelledText(job: ReplayJob): string {
  return `Replay ${job.id} is cancelled: ${ofPlanned(job.counts.sent, job)} sent`;
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

const CENT = 0.01;

/** Says what something costs in AWS: the sum of a bill in dollars, and its parts. */
export function billText(
  { local }: StageAccess,
  bill: Readonly<Record<string, number>>,
  about: "about" | "at most" = "about",
): string {
  const total = Object.values(bill).reduce((sum, one) => sum + one, 0);
  const where = local === undefined ? "" : " in AWS, nothing on this stage";
  if (total < CENT) return `less than $0.01${where}`;
  const parts = Object.entries(bill)
    .filter(([, dollars]) => dollars >= CENT)
    .map(([name, dollars]) => `${name} $${dollars.toFixed(2)}`);
  return `${about} $${total.toFixed(2)}${where} (${parts.join(", ")})`;
}
