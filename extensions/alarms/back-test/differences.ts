import type { Episode } from "../episode.ts";

/** An alarm that only one of two sets has, or that ends at another time in them. */
export interface AlarmDifference<T extends AlarmTimes> {
  readonly kind: "only-first" | "only-second" | "other-end";
  readonly first: T | undefined;
  readonly second: T | undefined;
}

/** What of an alarm is compared. */
export type AlarmTimes = Pick<Episode, "nodeId" | "series" | "startMs" | "endMs">;

/** Returns how two sets of alarms differ; `keyOf` says which alarms are the same one. */
export function alarmDifferences<T extends AlarmTimes>(
  first: readonly T[],
  second: readonly T[],
  keyOf: (alarm: T) => string,
): AlarmDifference<T>[] {
  const others = new Map(second.map((alarm) => [keyOf(alarm), alarm]));
  const differences: AlarmDifference<T>[] = [];
  for (const alarm of first) {
    const key = keyOf(alarm);
    const other = others.get(key);
    others.delete(key);
    if (other === undefined) differences.push({ kind: "only-first", first: alarm, second: undefined });
    else if (other.endMs !== alarm.endMs)
      differences.push({ kind: "other-end", first: alarm, second: other });
  }
  for (const alarm of others.values())
    differences.push({ kind: "only-second", first: undefined, second: alarm });
  return differences;
}

/** The key of an alarm of one version of a rule, for comparing it with another version. */
export function subjectKey({ nodeId, series, startMs }: AlarmTimes): string {
  return JSON.stringify([nodeId, series, startMs]);
}

/** Returns alarms as they were at a time: what was raised later is left out, and what ended later lasts. */
export function alarmsAt<T extends AlarmTimes & Pick<Episode, "raisedMs">>(
  alarms: readonly T[],
  atMs: number,
): T[] {
  return alarms
    .filter(({ raisedMs }) => raisedMs <= atMs)
    .map((alarm) =>
      alarm.endMs !== undefined && alarm.endMs > atMs ? { ...alarm, endMs: undefined } : alarm,
    );
}
