import { changes, type Texts } from "@rainhooks/page/api";
import { type Reading, useGet } from "@rainhooks/page/live";
import { nowMs } from "@rainhooks/page/time";
import type { ResultOf } from "@rainhooks/stage/query/question";
import { isOpen as isOpenAlarm } from "../alarms/alarm.ts";
import type { listAlarmsQuestion } from "../questions/alarms.ts";
import { SEVERITIES } from "../rule/rule.ts";

/** Alarms as a page reads them. */
export type AlarmsResult = ResultOf<typeof listAlarmsQuestion>;

/** An alarm. */
export type AlarmOfPage = AlarmsResult["alarms"][number];

/** The severities, the worst first. */
export const WORST_FIRST = SEVERITIES.toReversed();

/** Returns the alarms of a severity whose node, name or series has a text; without either all. */
export function filterAlarms(
  alarms: readonly AlarmOfPage[],
  {
    severity,
    match = "",
  }: { readonly severity?: string | undefined; readonly match?: string | undefined },
): AlarmOfPage[] {
  const sought = match.toLowerCase();
  return alarms.filter(
    (one) =>
      (severity === undefined || one.severity === severity) &&
      [one.nodeId, one.nodeName, one.series].some((text) => text?.toLowerCase().includes(sought)),
  );
}

/**
 * True for an alarm that needs attention: it lasts, or it is latched and nobody has acknowledged
 * it.
 */
export function isOpen({ state, endMs, ...alarm }: AlarmOfPage): boolean {
  const ended = endMs === undefined ? undefined : state === "cleared" ? state : "rule-changed";
  return isOpenAlarm({ ...alarm, ended });
}

const EVERY_MS = 10_000;

/** Reads alarms every few seconds while a component is shown. */
export function useAlarms(params: Texts): Reading<AlarmsResult> {
  return useGet("/v1/alarms", params, EVERY_MS, [changes.value]);
}

/** True while nothing is sent about an alarm, whether somebody has acknowledged it or not. */
export function isShelved({ shelvedUntilMs = 0 }: AlarmOfPage): boolean {
  return shelvedUntilMs > nowMs.value;
}
