import { WEBHOOKS } from "@rainhooks/app-webhook-list";
import type { HoursToRead } from "@rainhooks/archive";
import { replayBill } from "@rainhooks/capacity";
import { counted, durationText, RainhooksError, SECOND_MS } from "@rainhooks/core";
import { planReplay, type ReplayPlan, type ReplayRequest } from "@rainhooks/operate";
import type { ReachedStage } from "@rainhooks/stage";
import { formatLines, formatTime, type Line } from "@rainhooks/terminal";
import type { Webhook } from "@rainhooks/webhook/define";
import { nodesOfOption } from "../ask/find-node.ts";
import { billText } from "../bill-text.ts";
import { print, printData, printNote } from "../output.ts";
import { reachStage } from "../reach/stage.ts";
import { findWithAthena } from "./find-with-athena.ts";
import { StatusLine } from "./progress.ts";
import { type ReplayOptions, refuseUnsubscribed, requestOf } from "./request.ts";
import { hoursOf, type ReplayTarget, reachedArchive, targetOf } from "./target.ts";
import { waitUntilArchived } from "./wait-until-archived.ts";
import { onTheWayMs } from "./what-waits.ts";

/** A replay that can be started. */
export interface Planned {
  readonly reached: ReachedStage;
  readonly target: ReplayTarget;
  readonly request: ReplayRequest;
  readonly hours: HoursToRead;
  readonly plan: ReplayPlan;
}

/** Prints what a replay would read, send and cost. */
export async function planCommand(
  options: ReplayOptions & { readonly json?: boolean | undefined },
): Promise<void> {
  const planned = await makePlan(options);
  if (options.json) await printData(`${JSON.stringify(planJson(planned), undefined, 2)}\n`);
  else await printPlan(planned);
}

/**
 * Plans a replay.
 *
 * @throws {RainhooksError} `not-found` when there is nothing to send.
 */
export async function makePlan(options: ReplayOptions): Promise<Planned> {
  const reached = await reachStage(options);
  const target = targetOf(reached, options.webhook);
  if (target.needsAddress && options.address === undefined)
    throw new RainhooksError(
      "input-invalid",
      `${options.webhook} accepts replays for one destination only. Name it with --address, or use "rainhooks destinations recover".`,
    );
  const nowMs = Date.now();
  const node = options.nodeIds ?? (await nodesOfOption(reached, options.node));
  const asked = await requestOf({ ...options, node }, { latestMs: nowMs - onTheWayMs(reached), nowMs });
  refuseUnsubscribed(asked, target.subscribed);
  await waitUntilArchived(reached, asked.toMs, options.wait === true);
  const hours = await hoursOf(reached, asked, Date.now());
  const request =
    options.findWith === undefined ? asked : await findWithAthena(reached, asked, hours, target);
  const status = new StatusLine();
  const plan = await planReplay(request, {
    archive: reachedArchive(reached),
    hours,
    subscribed: target.subscribed,
    letters: { sqs: reached.clients.sqs, queueUrl: target.deadLetterQueueUrl },
    onProgress: ({ objects, read, matched }) =>
      status.show(
        `reading the archive: ${counted(objects, "object")}, ${counted(read, "delivery", "deliveries")}, ${number(matched)} to send`,
      ),
  });
  status.clear();
  if (plan.matched > 0) return { reached, target, request, hours, plan };
  throw new RainhooksError("not-found", nothingText(request, plan));
}

function nothingText({ fromMs, toMs, webhook }: ReplayRequest, { read, objects }: ReplayPlan): string {
  const range = `${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
  return `Nothing to replay: no delivery for ${webhook} that was published from ${range} matches (${counted(read, "delivery", "deliveries")} read in ${counted(objects, "object")}).`;
}

/** Prints a plan for people. */
export async function printPlan({ reached, request, hours, plan }: Planned): Promise<void> {
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
      `${counted(read, "delivery", "deliveries")} in ${counted(objects, "object")}, ${bytes(objectBytes)}`,
    ],
    [
      "to send",
      `${counted(matched, "delivery", "deliveries")}, ${bytes(matchedBytes)} (${types.join(", ")})`,
    ],
    ["first and last", `${formatTime(firstMs)} and ${formatTime(lastMs)} UTC`],
    ["time", `${durationText(Math.ceil(matched / rate) * SECOND_MS)} at ${number(rate)} per second`],
    ["cost", billText(reached, replayBill(definitionOf(webhook), plan))],
    ...(plan.undecodable === 0 ? [] : [["dead letters", undecodableText(plan)] as const]),
    ...(plan.unreadable === 0 ? [] : [["unreadable", unreadableText(plan)] as const]),
  ];
  await print(`${formatLines(lines, LABEL_WIDTH)}\n`);
  for (const problem of plan.problems) printNote(problem);
}

const LABEL_WIDTH = 15;

function undecodableText({ undecodable, deadLetters }: ReplayPlan): string {
  return `${number(undecodable)} of the deliveries cannot be decoded: ${number(deadLetters)} are dead letters already and are not sent, ${number(undecodable - deadLetters)} become dead letters`;
}

function unreadableText({ unreadable }: ReplayPlan): string {
  return `${counted(unreadable, "line or object", "lines or objects")}, which are skipped`;
}

function definitionOf(webhook: string): Webhook | undefined {
  return WEBHOOKS.find(({ name }) => name === webhook);
}

function planJson({ request, hours, plan, reached }: Planned) {
  const { ids, keys, ...rest } = request;
  return {
    stage: reached.outputs.stage,
    ...rest,
    ...(ids === undefined ? {} : { ids: ids.length }),
    hours,
    ...plan,
    bytesByClass: Object.fromEntries(plan.bytesByClass),
    byType: Object.fromEntries(plan.byType),
    seconds: Math.ceil(plan.matched / request.rate),
    dollars: replayBill(definitionOf(request.webhook), plan),
  };
}

/** Writes hours as ranges of consecutive ones. */
function ranges(hours: readonly string[]): string {
  const [first, last] = [hours[0] ?? "", hours.at(-1) ?? ""];
  return hours.length === 1 ? first : `${hours.length} folders from ${first} to ${last}`;
}

/** Formats a number with separators. */
export function number(value: number): string {
  return value.toLocaleString("en-US");
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

function bytes(count: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const value = count / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${UNITS[step]}`;
}
