import { countText } from "@rainhooks/core/counted";
import { messageOf } from "@rainhooks/core/errors";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { AlarmChange, AlarmResult, AlarmResults } from "../alarms/change-alarms.ts";
import type { AlarmPlan } from "../alarms/select-alarms.ts";

/** What has become of alarms, and what was to be done about them. */
export interface ChangedAlarms extends AlarmResults {
  readonly change: AlarmChange;
}

/** Returns what is asked before several alarms are changed. */
export function alarmsQuestion(verb: string, { alarms, byRule }: AlarmPlan): string | undefined {
  return alarms.length > 1
    ? `${verb} ${countText(alarms.length, "alarm")} (${rulesText(byRule)})?`
    : undefined;
}

/** Returns what has become of alarms, for programs. */
export function changedJson({ counts, alarms }: ChangedAlarms): object {
  return {
    ...counts,
    alarms: alarms.map(({ alarm: _, error, ...one }) => ({
      ...one,
      ...(error === undefined ? {} : { error: messageOf(error) }),
    })),
  };
}

/** Says what has become of alarms. */
export function changedText({ counts, alarms, change }: ChangedAlarms): string {
  const [first, ...others] = alarms;
  if (first === undefined) return "There is no such open alarm.";
  if (others.length === 0) return oneText(first, change);
  const { changed, already, ended, failed } = counts;
  const ofRules = Map.groupBy(
    alarms.filter(({ outcome }) => outcome === "changed"),
    ({ rule }) => rule,
  );
  const byRule = [...ofRules].map(([rule, some]) => ({ rule, count: some.length }));
  const error = alarms.find(({ outcome }) => outcome === "failed")?.error;
  const rest = [
    ...(already === 0 ? [] : [`${already} already ${already === 1 ? "was" : "were"}`]),
    ...(ended === 0 ? [] : [`${ended} ${ended === 1 ? "has" : "have"} ended`]),
    ...(failed === 0 ? [] : [`${failed} failed: ${messageOf(error)}`]),
  ];
  return [
    `${doneText(change)}: ${countText(changed, "alarm")}${changed === 0 ? "" : ` (${rulesText(byRule)})`}.`,
    ...(rest.length === 0 ? [] : [`${rest.join("; ").replace(/\.$/, "")}.`]),
  ].join(" ");
}

function oneText({ rule, nodeId, outcome, alarm }: AlarmResult, change: AlarmChange): string {
  const about = `${rule} of ${nodeId}${alarm?.nodeName === undefined ? "" : ` (${alarm.nodeName})`}`;
  if (outcome === "changed") return `${doneText(change)}: ${about}.`;
  if (change.kind === "acknowledge") return `Already acknowledged by ${alarm?.ackedBy ?? "-"}: ${about}.`;
  return change.kind === "unshelve"
    ? `Not shelved: ${about}.`
    : `Already shelved until ${formatTime(alarm?.shelvedUntilMs ?? 0)} UTC: ${about}. For a shorter time, unshelve it first.`;
}

function doneText(change: AlarmChange): string {
  if (change.kind === "acknowledge") return `Acknowledged by ${change.by}`;
  return change.kind === "shelve" ? `Shelved until ${formatTime(change.untilMs)} UTC` : "Unshelved";
}

const MAX_RULES = 5;

/** Such as "20 of gone, 17 of too-hot". */
function rulesText(byRule: AlarmPlan["byRule"]): string {
  const shown = byRule.slice(0, MAX_RULES).map(({ rule, count }) => `${count} of ${rule}`);
  const more = byRule.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`and of ${countText(more, "other rule")}`])].join(", ");
}
