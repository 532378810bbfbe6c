import { defined } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { type Alarm, isOpen } from "../alarms/alarm.ts";
import { putAlarm } from "../alarms/alarm-store.ts";
import { afterChange, retractAlarm } from "../alarms/transition.ts";
import { type Change, changesBetween } from "../compare.ts";
import type { Episode } from "../episode.ts";
import type { Rule, RuleVersion } from "../rule/rule.ts";
import { maintenanceOf } from "../rules/maintenance.ts";
import type { SweepStart } from "./sweep.ts";

/** The alarms of a subject under a version of a rule: those stored, and those that its history shows. */
export interface Comparison {
  readonly rule: Rule;
  readonly node: NodeAttributes;
  /** All stored alarms of the subject. */
  readonly all: readonly Alarm[];
  /** Those that can be compared with `shown`. */
  readonly stored: readonly Alarm[];
  readonly shown: readonly Episode[];
}

/**
 * Writes what has to change so that the stored alarms are those that the history shows.
 *
 * @returns The alarms that were written, as they are now.
 * @throws {RainhooksError} `write-conflict` if somebody else has changed one of the alarms; the next sweep
 * compares them again.
 */
export async function writeChanges(sweep: SweepStart, comparison: Comparison): Promise<Alarm[]> {
  const { all, stored, shown } = comparison;
  const live = stored.filter(({ retractedMs }) => retractedMs === undefined);
  const byId = new Map(all.map((alarm) => [alarm.alarmId, alarm]));
  const written: Alarm[] = [];
  for (const change of changesBetween(live, shown))
    for (const alarm of alarmsAfter(sweep, comparison, change, byId))
      written.push(await put(sweep, alarm, byId.get(alarm.alarmId)));
  return written;
}

function alarmsAfter(
  { rules, nowMs }: SweepStart,
  { rule, node, all }: Comparison,
  change: Change,
  byId: ReadonlyMap<string, Alarm>,
): Alarm[] {
  if (change.kind === "retracted") {
    const before = byId.get(change.alarmId);
    return before === undefined ? [] : [retractAlarm(before, nowMs)];
  }
  const { episode } = change;
  const was = change.kind === "revised" ? byId.get(change.was) : undefined;
  const window = maintenanceOf(rules.maintenance, node, episode.raisedMs);
  const suppression =
    window === undefined || window.toMs <= nowMs
      ? undefined
      : { by: `maintenance:${window.name}`, untilMs: window.toMs };
  const continues = was ?? formerVersion(all, episode);
  const circumstances = { rule, nodeName: node.name, nowMs, suppression, continues };
  const alarm = afterChange(byId.get(episode.alarmId), change, circumstances);
  return was === undefined ? [alarm] : [alarm, retractAlarm(was, nowMs, episode.alarmId)];
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
 * Writes an alarm, and returns it.
 *
 * @throws {RainhooksError} `write-conflict` if somebody else has changed it.
 */
export async function put({ tables }: SweepStart, alarm: Alarm, before: Alarm | undefined): Promise<Alarm> {
  if (await putAlarm(tables.alarms, alarm, before)) return alarm;
  throw new RainhooksError("write-conflict", `Alarm ${alarm.alarmId} was changed by another writer.`);
}

/**
 * Closes the alarms of a node or a group that a rule is not about any more. What has ended stays as it is.
 */
export async function closeAlarms(
  sweep: SweepStart,
  { rule }: RuleVersion,
  node: NodeAttributes,
  own: readonly Alarm[],
  all: readonly Alarm[],
): Promise<Alarm[]> {
  const open = own.filter(({ endMs, retractedMs }) => endMs === undefined && retractedMs === undefined);
  const shown = open.map(
    (alarm): Episode => ({ ...episodeOnly(alarm), endMs: sweep.nowMs, ended: "rule-changed" }),
  );
  return writeChanges(sweep, { rule, node, all, stored: open, shown });
}

/** Returns what of an alarm its history shows. */
export function episodeOnly(alarm: Alarm): Episode {
  const { alarmId, rule, version, nodeId, startMs, raisedMs, endMs, ended, ...more } = alarm;
  const { series, value, memberCount, members, reason } = more;
  const others = defined({ series, value, memberCount, members, reason });
  return { alarmId, rule, version, nodeId, startMs, raisedMs, endMs, ended, ...others };
}
