import { defined } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { type Alarm, isLasting, isOpen } from "../alarms/alarm.ts";
import { putAlarm } from "../alarms/alarm-store.ts";
import { afterChange, retractAlarm } from "../alarms/transition.ts";
import { changesBetween, type Episode } from "../episode.ts";
import type { Rule } from "../rule/rule.ts";
import { maintenanceOf } from "../rules/maintenance.ts";
import type { SweepStart } from "./sweep-state.ts";

/**
 * The alarms of a node, a group or a series under a version of a rule: those stored, and those that
 * its history shows.
 */
interface Comparison {
  readonly rule: Rule;
  readonly node: NodeAttributes;
  /** All stored alarms about it. */
  readonly all: readonly Alarm[];
  /** Those that can be compared with `shown`. */
  readonly stored: readonly Alarm[];
  readonly shown: readonly Episode[];
}

/**
 * Returns the alarms that have to be written so that those stored are those that the history shows.
 */
export function alarmsToWrite(
  { rules, nowMs }: SweepStart,
  { rule, node, all, stored, shown }: Comparison,
): Alarm[] {
  const live = stored.filter(({ retractedMs }) => retractedMs === undefined);
  const windows = rules.maintenance.filter(({ toMs }) => toMs > nowMs);
  return changesBetween(live, shown).flatMap(({ episode, was }) => {
    if (episode === undefined) return was === undefined ? [] : [retractAlarm(was, nowMs)];
    const window = maintenanceOf(windows, node, episode.raisedMs);
    const continues = was ?? formerVersion(all, episode);
    const before = all.find(({ alarmId }) => alarmId === episode.alarmId);
    const alarm = afterChange(before, episode, {
      rule,
      nodeName: node.name,
      nowMs,
      window,
      continues,
    });
    return was === undefined ? [alarm] : [alarm, retractAlarm(was, nowMs, episode.alarmId)];
  });
}

/**
 * Writes alarms, and returns them.
 *
 * @param stored As they were read.
 * @throws {RainhooksError} `write-conflict` if somebody else has changed one of them; the next
 * sweep compares them again.
 */
export async function writeAlarms(
  { tables }: Pick<SweepStart, "tables">,
  alarms: readonly Alarm[],
  stored: readonly Alarm[],
): Promise<readonly Alarm[]> {
  const byId = new Map(stored.map((alarm) => [alarm.alarmId, alarm]));
  for (const alarm of alarms)
    if (!(await putAlarm(tables.alarms, alarm, byId.get(alarm.alarmId))))
      throw new RainhooksError(
        "write-conflict",
        `Alarm ${alarm.alarmId} was changed by another writer.`,
      );
  return alarms;
}

/** Returns the alarm of an earlier version of a rule that an alarm of the new version continues. */
function formerVersion(all: readonly Alarm[], episode: Episode): Alarm | undefined {
  return all.find(
    (one) =>
      one.rule === episode.rule &&
      one.version < episode.version &&
      one.startMs === episode.startMs &&
      one.series === episode.series &&
      one.retractedMs === undefined &&
      (one.ended === "rule-changed" || isOpen(one)),
  );
}

/**
 * Returns what closes the alarms of a node or a group that a rule is not about any more. What has
 * ended stays as it is.
 */
export function alarmsToClose(sweep: SweepStart, comparison: Omit<Comparison, "shown">): Alarm[] {
  const stored = comparison.stored.filter(isLasting);
  const shown = stored.map(
    (alarm): Episode => ({ ...episodeOnly(alarm), endMs: sweep.nowMs, ended: "rule-changed" }),
  );
  return alarmsToWrite(sweep, { ...comparison, stored, shown });
}

/** Returns what of an alarm its history shows. */
export function episodeOnly(alarm: Alarm): Episode {
  const { alarmId, rule, version, nodeId, startMs, raisedMs, endMs, ended, ...more } = alarm;
  const { series, value, memberCount, members, reason } = more;
  const others = defined({ series, value, memberCount, members, reason });
  return { alarmId, rule, version, nodeId, startMs, raisedMs, endMs, ended, ...others };
}
