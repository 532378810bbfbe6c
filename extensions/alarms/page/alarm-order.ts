import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { listAlarmsQuestion } from "../questions/alarms.ts";

/** An alarm. */
export type AlarmOfPage = AnswerOf<typeof listAlarmsQuestion>["alarms"][number];

/** True for an alarm about a group of nodes. */
export function isOfGroup({ kind }: Pick<AlarmOfPage, "kind">): boolean {
  return kind === "outage";
}

/** The severities, the worst first. */
export const SEVERITIES: readonly AlarmOfPage["severity"][] = ["critical", "high", "medium", "low"];

/** Sorts alarms: the worst first, and of these the one that was raised last. */
export function worstFirst(alarms: readonly AlarmOfPage[]): AlarmOfPage[] {
  const rank = ({ severity }: AlarmOfPage) => SEVERITIES.indexOf(severity);
  return alarms.toSorted((a, b) => rank(a) - rank(b) || b.raisedMs - a.raisedMs);
}

/** What is shown of alarms: all fields that are given are true. */
export interface AlarmFilter {
  readonly severity?: string | undefined;
  readonly rule?: string | undefined;
  /** Part of the node, of its name, or of the series. */
  readonly match?: string | undefined;
}

/** Returns the alarms that pass a filter. */
export function filterAlarms(
  alarms: readonly AlarmOfPage[],
  { severity, rule, match }: AlarmFilter,
): AlarmOfPage[] {
  const sought = match?.toLowerCase() ?? "";
  return alarms.filter(
    (one) =>
      (severity === undefined || one.severity === severity) &&
      (rule === undefined || one.rule === rule) &&
      [one.nodeId, one.nodeName, one.series].some((text) => text?.toLowerCase().includes(sought)),
  );
}

/** Alarms that stand together. */
export interface AlarmGroup {
  readonly title: string;
  readonly alarms: readonly AlarmOfPage[];
}

const TITLES = ["Raised", "Acknowledged", "Shelved or suppressed", "Ended"] as const;

function titleOf({ state }: AlarmOfPage): (typeof TITLES)[number] {
  if (state === "shelved" || state === "suppressed") return "Shelved or suppressed";
  return state === "acknowledged" ? "Acknowledged" : state === "raised" ? "Raised" : "Ended";
}

/** Groups alarms by what a person has to do about them; within a group, the worst first. */
export function groupAlarms(alarms: readonly AlarmOfPage[]): AlarmGroup[] {
  const groups = Map.groupBy(worstFirst(alarms), titleOf);
  return TITLES.flatMap((title) => {
    const own = groups.get(title);
    return own === undefined ? [] : [{ title, alarms: own }];
  });
}

/**
 * True for an alarm that lasts. In a list of those that need attention, others were latched, and do so after
 * their end.
 */
export function lasts(alarm: AlarmOfPage): boolean {
  return titleOf(alarm) !== "Ended";
}

/** True for an alarm about which somebody, or a maintenance window, has done something. */
export function isHandled(alarm: AlarmOfPage): boolean {
  const title = titleOf(alarm);
  return title === "Acknowledged" || title === "Shelved or suppressed";
}
