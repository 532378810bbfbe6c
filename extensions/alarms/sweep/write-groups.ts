import { type Alarm, isLasting } from "../alarms/alarm.ts";
import type { Episode } from "../episode.ts";
import type { RuleVersion } from "../rule/rule.ts";
import type { Sweep } from "./sweep-parts.ts";
import { closeAlarms, writeChanges } from "./write-changes.ts";

/**
 * The alarms about groups under a version of a rule: those stored, and those that the history of the fleet
 * shows.
 */
export interface GroupComparison {
  readonly version: RuleVersion;
  /** All stored alarms about groups. */
  readonly stored: readonly Alarm[];
  readonly byGroup: ReadonlyMap<string, readonly Episode[]>;
  /** Which of the stored ones can be compared with those shown. */
  readonly isCompared: (alarm: Alarm) => boolean;
}

/** Writes what has to change so that the stored alarms about groups are those that the history shows. */
export async function writeGroups(
  sweep: Sweep,
  { version, stored, byGroup, isCompared }: GroupComparison,
): Promise<void> {
  const own = stored.filter((alarm) => alarm.rule === version.rule.name && alarm.version === version.version);
  for (const group of new Set([...byGroup.keys(), ...own.filter(isLasting).map(({ nodeId }) => nodeId)])) {
    const node = { id: group, tags: [] };
    const all = stored.filter(({ nodeId }) => nodeId === group);
    const mine = own.filter((alarm) => alarm.nodeId === group && isCompared(alarm));
    const shown = byGroup.get(group);
    if (shown === undefined) await closeAlarms(sweep, version, node, mine, all);
    else await writeChanges(sweep, { rule: version.rule, node, all, stored: mine, shown });
  }
}
