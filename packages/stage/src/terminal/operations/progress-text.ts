import { countText } from "@rainhooks/core/counted";
import { durationText } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import type { Progress, Wait } from "../../operate/progress.ts";
import type { ReplayJob } from "../../operate/replay-job.ts";
import { number, ofPlanned } from "./numbers.ts";

/** Says what an operation waits for: the end of a sentence that begins with `until`. */
export function waitText(wait: Wait): string {
  switch (wait.for) {
    case "archive-buffer":
      return `the archive's buffer is written (${atLeastASecond(wait.leftMs)})`;
    case "archive-queue":
      return `deliveries in the archive's queue are archived, which have waited for up to ${durationText(wait.ageMs)}`;
    case "archive-queue-length":
      return `what waits in the archive's queue is archived (${countText(wait.count, "delivery", "deliveries")})`;
    case "firehose":
      return `Firehose writes what it has held for up to ${durationText(wait.ageMs)}`;
    case "active-seen":
      return `all functions have seen that ${wait.destination} is active`;
    case "other-process":
      return `no other process can be running it any more (${atLeastASecond(wait.leftMs)})`;
    case "fewer-waiting":
      return `some of the ${countText(wait.count, "message")} that wait for ${wait.webhook} are handled`;
    case "both-slots":
      return `all functions write to both slots (${atLeastASecond(wait.leftMs)})`;
    case "lead":
      return "all functions write to these tables first";
    case "unused":
      return "no function uses the other tables";
    case "handled":
      return `it is known that ${wait.webhook} has handled what was published so far${wait.leftMs === undefined ? "" : ` (for up to ${atLeastASecond(wait.leftMs)})`}`;
    case "swept":
      return `the alarms have been swept (${atLeastASecond(wait.leftMs)})`;
  }
}

function atLeastASecond(ms: number): string {
  return durationText(Math.ceil(ms / SECOND_MS) * SECOND_MS);
}

const MIB = 1024 ** 2;

/** Says what an operation does now, in one line. */
export function progressText(progress: Progress): string {
  switch (progress.step) {
    case "read-archive":
      return readText(progress);
    case "outcomes":
      return `waiting for ${progress.webhook}: ${countText(progress.messages, "message")} in its queue`;
    case "change":
      return `${progress.done} of ${progress.of}`;
    case "copy":
      return `copying: ${countText(progress.objects, "object")}`;
    case "erase":
      return `searching the archive: ${countText(progress.objects, "object")}`;
    case "read-tables":
      return `reading the tables: ${countText(progress.items, "item")}`;
    case "read-slot":
      return `reading slot ${progress.slot}`;
    case "compare":
      return `comparing: ${progress.partitions} of ${progress.of} partitions of the nodes`;
    case "explain":
      return `looking for what explains the differences: ${countText(progress.objects, "object")}`;
    case "copy-rows":
      return "copying the live rows";
    case "delete-items":
      return `deleting: ${countText(progress.items, "item")}`;
    case "write":
      return `writing: partition ${progress.partition} of ${progress.of}`;
    case "found-with-athena":
      return `Athena scanned ${(progress.scannedBytes / MIB).toFixed(1)} MiB and found ${countText(progress.deliveries, "delivery", "deliveries")}.`;
    case "started":
      return `Replay ${progress.job.id} has started.`;
    case "send":
      return replayProgressText(progress.job, progress.wait);
    case "wait":
      return `Waiting until ${waitText(progress.wait)}.`;
  }
}

function readText({ objects, deliveries, matched }: Extract<Progress, { step: "read-archive" }>): string {
  const parts = [
    ...(objects === undefined ? [] : [countText(objects, "object")]),
    countText(deliveries, "delivery", "deliveries"),
    ...(matched === undefined ? [] : [`${number(matched)} to send`]),
  ];
  return `reading the archive: ${parts.join(", ")}`;
}

/**
 * Says how far a replay is: counts, rate, time left.
 *
 * @param rate Deliveries per second, as measured.
 */
export function replayProgressText(
  { counts: { matched, sent }, planned, request }: ReplayJob,
  wait: Wait | undefined,
  rate?: number,
): string {
  const isPlanned = planned > 0;
  const done = `${ofPlanned(sent, { planned })} sent`;
  if (wait !== undefined) return `${done}, waiting until ${waitText(wait)}`;
  const perSecond = rate === undefined ? "" : `, ${number(Math.round(rate))} per second`;
  if (!isPlanned) return `${done}${perSecond}`;
  const left = Math.max(0, planned - matched);
  const leftMs = (left / Math.max(1, rate || request.rate)) * SECOND_MS;
  return `${done}${perSecond}, ${durationText(leftMs)} left`;
}
