import { mapLimited, RainhooksError } from "@rainhooks/core";
import { type Alarm, isOpen } from "../alarms/alarm.ts";
import { putAlarm } from "../alarms/alarm-store.ts";
import { afterChange, retracted } from "../alarms/transition.ts";
import { type Change, changesBetween } from "../compare.ts";
import type { NodeFacts } from "../condition/condition.ts";
import type { Episode } from "../episode.ts";
import type { Rule } from "../rule/rule.ts";
import { maintenanceOf } from "../rules/maintenance.ts";
import type { Sweep } from "./parts.ts";

/** The alarms of a subject under a version of a rule: those stored, and those that its history shows. */
export interface Comparison {
  readonly rule: Rule;
  readonly node: NodeFacts;
  /** All stored alarms of the subject. */
  readonly all: readonly Alarm[];
  /** Those that can be compared with `shown`. */
  readonly stored: readonly Alarm[];
  readonly shown: readonly Episode[];
}

/**
 * Writes what has to change so that the stored alarms are those that the history shows.
 *
 * @throws {RainhooksError} `write-conflict` if somebody else has changed one of the alarms; the next sweep compares them again.
 */
export async function writeChanges(sweep: Sweep, comparison: Comparison): Promise<void> {
  const { all, stored, shown } = comparison;
  const live = stored.filter(({ retractedMs }) => retractedMs === undefined);
  const byId = new Map(all.map((alarm) => [alarm.alarmId, alarm]));
  const writes = changesBetween(live, shown).flatMap((change) =>
    alarmsAfter(sweep, comparison, change, byId),
  );
  for (const alarm of writes) await put(sweep, alarm, byId.get(alarm.alarmId));
}

function alarmsAfter(
  { rules, nowMs }: Sweep,
  { rule, node, all }: Comparison,
  change: Change,
  byId: ReadonlyMap<string, Alarm>,
): Alarm[] {
  if (change.kind === "retracted") {
    const before = byId.get(change.alarmId);
    return before === undefined ? [] : [retracted(before, nowMs)];
  }
  const { episode } = change;
  const was = change.kind === "revised" ? byId.get(change.was) : undefined;
  const window = maintenanceOf(rules.maintenance, node, episode.raisedMs);
  const suppression =
    window === undefined || window.toMs <= nowMs
      ? undefined
      : { by: `maintenance:${window.name}`, untilMs: window.toMs };
  const continues = was ?? formerVersion(all, episode);
  const alarm = afterChange(byId.get(episode.alarmId), change, { rule, nowMs, suppression, continues });
  return was === undefined ? [alarm] : [alarm, retracted(was, nowMs, episode.alarmId)];
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

async function put({ tables, counts }: Sweep, alarm: Alarm, before: Alarm | undefined): Promise<void> {
  if (!(await putAlarm(tables.alarms, alarm, before)))
    throw new RainhooksError("write-conflict", `Alarm ${alarm.alarmId} was changed by another writer.`);
  counts.changed += 1;
}

const EVALUATIONS_AT_ONCE = 32;

/**
 * Evaluates subjects, many at once. One that fails does not keep the others from being evaluated.
 *
 * @throws the first failure, after all have been tried: the next sweep begins where this one did.
 */
export async function eachSubject<T>(
  { counts }: Sweep,
  subjects: readonly T[],
  evaluateOne: (subject: T) => Promise<void>,
): Promise<void> {
  let failure: unknown;
  await mapLimited(subjects, EVALUATIONS_AT_ONCE, async (subject) => {
    try {
      await evaluateOne(subject);
      counts.evaluated += 1;
    } catch (error) {
      failure ??= error;
    }
  });
  if (failure !== undefined) throw failure;
}
