import { shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/count-text";
import { number, ofPlanned } from "@rainhooks/stage/numbers";
import { maxRepeats, type ReplayJob } from "@rainhooks/stage/operate/replay/replay-job";
import { formatLines, formatTime, type Line } from "@rainhooks/stage/terminal/format-table";

const LABEL_WIDTH = 15;

/** Says that a replay was cancelled. */
export function cancelledText(job: ReplayJob): string {
  return `Replay ${job.id} is cancelled: ${ofPlanned(job.counts.sent, job)} sent`;
}

/**
 * Shows a replay.
 *
 * @param state Its state, for people.
 */
export function replayText(job: ReplayJob, state: string): string {
  const { id, request, startedBy, createdAtMs, updatedAtMs, hours, place, counts } = job;
  const { webhook, address, fromMs, toMs, rate } = request;
  const { objects, read, matched, sent, undecodable, failed, unreadable } = counts;
  const repeats = maxRepeats(job);
  const lines: Line[] = [
    ["replay", id],
    ["state", `${state}${job.reason === undefined ? "" : `: ${job.reason}`}`],
    ["webhook", `${webhook}${address === undefined ? "" : `, for ${address}`}`],
    ["published", `${formatTime(fromMs)} to ${formatTime(toMs)} UTC`],
    ["only", selectionText(request)],
    ["started", `${formatTime(createdAtMs)} UTC by ${startedBy}`],
    ["last change", `${formatTime(updatedAtMs)} UTC`],
    [
      "folders",
      `${hours.first} to ${hours.last}${hours.late.length === 0 ? "" : ` and ${hours.late.length} later`}`,
    ],
    [
      "place",
      place === undefined ? "the beginning" : `${place.key}, line ${placeLine(place.line)}`,
    ],
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
    return [
      list.length > MAX_SHOWN ? `${number(list.length)} ${name}` : `${name} ${list.join(", ")}`,
    ];
  };
  const parts = [
    ...some("events", events?.map(shortType)),
    ...some("nodes", nodes),
    ...some("ids", ids),
    ...(keys === undefined ? [] : [countText(keys.length, "object")]),
  ];
  return parts.length === 0 ? "everything that the webhook subscribes to" : parts.join("; ");
}
