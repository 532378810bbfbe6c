import type { Alarm } from "../alarms/alarm.ts";
import type { BackTest } from "../back-test/back-test.ts";

/** Ids of alarms: of all that were found at some time, and of those that were taken back and not found again. */
interface FoundAlarms {
  readonly found: readonly string[];
  readonly takenBack: readonly string[];
}

/** Returns what a back-test would have found at some time. */
export function foundAsSeen(test: BackTest): FoundAlarms {
  const found = new Set<string>();
  const takenBack = new Set<string>();
  for (const { change } of test.asSeen()) {
    if (change.kind === "retracted") takenBack.add(change.alarmId);
    else {
      found.add(change.episode.alarmId);
      takenBack.delete(change.episode.alarmId);
      if (change.kind === "revised") takenBack.add(change.was);
    }
  }
  return { found: [...found].toSorted(), takenBack: [...takenBack].toSorted() };
}

/** Returns what sweeps have found, of the alarms that they have stored. */
export function foundBySweeps(alarms: readonly Pick<Alarm, "alarmId" | "retractedMs">[]): FoundAlarms {
  const ids = (some: typeof alarms) => some.map(({ alarmId }) => alarmId).toSorted();
  return {
    found: ids(alarms),
    takenBack: ids(alarms.filter(({ retractedMs }) => retractedMs !== undefined)),
  };
}
