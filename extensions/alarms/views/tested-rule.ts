import { countText } from "@rainhooks/core/counted";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { loadText } from "../alarms/load.ts";
import type { TestedRule } from "../operations/test-rule.ts";

const MAX_SHOWN = 50;

/** Shows the alarms that a rule would have found. */
export function testedText({ load, alarms, reachedMs, deliveries }: TestedRule): string {
  const rows = alarms
    .slice(0, MAX_SHOWN)
    .map(({ nodeId, series, startMs, raisedMs, endMs }) => [
      series === undefined ? nodeId : `${nodeId} ${series}`,
      ...[formatTime(startMs), formatTime(raisedMs), endMs === undefined ? "-" : formatTime(endMs)],
    ]);
  const more = alarms.length > MAX_SHOWN ? `\n… and ${alarms.length - MAX_SHOWN} more: use --json` : "";
  return [
    loadText(alarms.length, load),
    ...(reachedMs === undefined
      ? []
      : [
          `Stopped after ${countText(deliveries, "delivery", "deliveries")}: what was published from ${formatTime(reachedMs)} UTC on was not read.`,
        ]),
    ...(rows.length === 0
      ? []
      : [`${formatTable(["node", "start (UTC)", "raised (UTC)", "end (UTC)"], rows)}${more}`]),
  ].join("\n\n");
}
