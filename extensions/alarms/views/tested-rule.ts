import { countText } from "@rainhooks/core/counted";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { loadText } from "../alarms/load.ts";
import type { AlarmDifference } from "../back-test/differences.ts";
import type { Episode } from "../episode.ts";
import type { TestedRule } from "../operations/test-rule.ts";
import type { VerifiedAlarms } from "../operations/verify-alarms.ts";

const MAX_SHOWN = 50;

/** Shows the alarms that a rule would have found. */
export function testedText({ load, alarms, differences, reachedMs, deliveries }: TestedRule): string {
  const stopped =
    reachedMs === undefined
      ? []
      : [
          `Stopped after ${countText(deliveries, "delivery", "deliveries")}: what was published from ${formatTime(reachedMs)} UTC on was not read.`,
        ];
  return [loadText(alarms.length, load), ...stopped, ...tablesOf(alarms, differences)].join("\n\n");
}

const WHERE = {
  "only-first": "only stored",
  "only-second": "only in the archive",
  "other-end": "another end",
};

/** Shows how the stored alarms differ from those that the archive shows. */
export function verifiedAlarmsText({ fromMs, toMs, differences, stored, shown }: VerifiedAlarms): string {
  const outcome = differences.length === 0 ? "equal" : `${countText(differences.length, "difference")}`;
  const head = `${stored} stored, ${shown} in the archive, from ${formatTime(fromMs)} to ${formatTime(toMs)} UTC: ${outcome}`;
  const rows = differences.map(({ kind, first, second }) => {
    const alarm = first ?? second;
    const startMs = alarm === undefined ? "" : formatTime(alarm.startMs);
    return [WHERE[kind], alarm?.rule ?? "", alarm?.nodeId ?? "", startMs];
  });
  return rows.length === 0 ? head : `${head}\n\n${formatTable(["", "rule", "node", "start (UTC)"], rows)}`;
}

function tablesOf(
  alarms: readonly Episode[],
  differences: readonly AlarmDifference<Episode>[] | undefined,
): string[] {
  if (differences !== undefined)
    return [
      differences.length === 0
        ? "Both versions find the same."
        : limited(["", "node", "start (UTC)", "end (UTC)"], differences.map(differenceRow)),
    ];
  return alarms.length === 0
    ? []
    : [limited(["node", "start (UTC)", "raised (UTC)", "end (UTC)"], alarms.map(alarmRow))];
}

function limited(header: string[], rows: string[][]): string {
  const more = rows.length > MAX_SHOWN ? `\n… and ${rows.length - MAX_SHOWN} more: use --json` : "";
  return `${formatTable(header, rows.slice(0, MAX_SHOWN))}${more}`;
}

const subject = ({ nodeId, series }: Pick<Episode, "nodeId" | "series">) =>
  series === undefined ? nodeId : `${nodeId} ${series}`;
const optionalTime = (atMs: number | undefined) => (atMs === undefined ? "-" : formatTime(atMs));

function alarmRow(alarm: Episode): string[] {
  return [subject(alarm), formatTime(alarm.startMs), formatTime(alarm.raisedMs), optionalTime(alarm.endMs)];
}

const DIFFERENCE = { "only-first": "only here", "only-second": "only there", "other-end": "other end" };

function differenceRow({ kind, first, second }: AlarmDifference<Episode>): string[] {
  const alarm = first ?? second;
  return alarm === undefined
    ? []
    : [DIFFERENCE[kind], subject(alarm), formatTime(alarm.startMs), optionalTime(alarm.endMs)];
}
