import { setTimeout as pause } from "node:timers/promises";
import { shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/counted";
import { print, printData } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { maxRepeats, type ReplayJob } from "@rainhooks/stage/operate/replay-job";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { number, ofPlanned } from "@rainhooks/stage/terminal/operations/numbers";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { readReplay } from "../../replay/run-job.ts";
import { stateOf } from "./list-replays.ts";

const CLEAR = "\u001b[H\u001b[2J";

/** Shows a replay; with `--watch`, until it ends. */
export async function showCommand(
  id: string,
  options: StageSelection & { readonly json?: boolean | undefined; readonly watch?: number | undefined },
): Promise<void> {
  const reached = await reachStage(options);
  for (;;) {
    const job = await readReplay(reached, id);
    const nowMs = Date.now();
    if (options.watch !== undefined && process.stdout.isTTY) await print(CLEAR);
    await printData(options.json ? `${JSON.stringify(job, undefined, 2)}\n` : `${jobText(job, nowMs)}\n`);
    if (options.watch === undefined || stateOf(job, nowMs) !== "running") return;
    await pause(options.watch * 1000);
  }
}

const LABEL_WIDTH = 15;

function jobText(job: ReplayJob, nowMs: number): string {
  const { id, request, startedBy, createdAtMs, updatedAtMs, hours, place, counts } = job;
  const { webhook, address, fromMs, toMs, rate } = request;
  const { objects, read, matched, sent, undecodable, failed, unreadable } = counts;
  const repeats = maxRepeats(job);
  const lines: Line[] = [
    ["replay", id],
    ["state", `${stateOf(job, nowMs)}${job.reason === undefined ? "" : `: ${job.reason}`}`],
    ["webhook", `${webhook}${address === undefined ? "" : `, for ${address}`}`],
    ["published", `${formatTime(fromMs)} to ${formatTime(toMs)} UTC`],
    ["only", selectionText(request)],
    ["started", `${formatTime(createdAtMs)} UTC by ${startedBy}`],
    ["last change", `${formatTime(updatedAtMs)} UTC`],
    [
      "folders",
      `${hours.first} to ${hours.last}${hours.late.length === 0 ? "" : ` and ${hours.late.length} later`}`,
    ],
    ["place", place === undefined ? "the beginning" : `${place.key}, line ${placeLine(place.line)}`],
    ["read", `${countText(read, "delivery", "deliveries")} in ${countText(objects, "object")}`],
    ["matched", ofPlanned(matched, job)],
    ["sent", `${number(sent)}${repeats === 0 ? "" : `, up to ${number(repeats)} of them twice`}`],
    [
      "not sent",
      `${number(undecodable)} cannot be decoded, ${number(failed)} not taken by the queue, ${number(unreadable)} unreadable`,
    ],
    ["rate", `${number(rate)} per second`],
    ...job.problems.map((problem): Line => ["problem", problem]),
  ];
  return formatLines(lines, LABEL_WIDTH);
}

function placeLine(line: number): string {
  return line === Number.MAX_SAFE_INTEGER ? "the last" : String(line);
}

const MAX_SHOWN = 5;

function selectionText({ events, nodes, ids, keys }: ReplayJob["request"]): string {
  const some = (name: string, list: readonly string[] | undefined) => {
    if (list === undefined) return [];
    return [list.length > MAX_SHOWN ? `${number(list.length)} ${name}` : `${name} ${list.join(", ")}`];
  };
  const parts = [
    ...some("events", events?.map(shortType)),
    ...some("nodes", nodes),
    ...some("ids", ids),
    ...(keys === undefined ? [] : [countText(keys.length, "object")]),
  ];
  return parts.length === 0 ? "everything that the webhook subscribes to" : parts.join("; ");
}
