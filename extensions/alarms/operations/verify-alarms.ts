import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { inputError } from "@rainhooks/core/errors";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { StageAccess } from "@rainhooks/stage/reached";
import { listAlarmsRaised } from "../alarms/list-alarms.ts";
import { BackTest } from "../back-test/back-test.ts";
import {
  type AlarmDifference,
  type AlarmTimes,
  alarmDifferences,
  alarmsAt,
} from "../back-test/differences.ts";
import { versionsOf } from "../rules/rule-history.ts";
import { readWatchRules } from "../rules/rule-store.ts";
import { addStored, type ReadEvents, readEvents } from "./read-events.ts";
import { alarmTableOf, ruleTableOf } from "./tables.ts";

/** What is younger may not be archived, or not be swept. */
const SETTLED_MS = 20 * MINUTE_MS;
const MAX_ALARMS = 1_000_000;
/** An alarm can be raised later than it began: the longest time of a rule. */
const MAX_FOR_MS = 8 * DAY_MS;

/** What is compared of an alarm. */
export interface ComparedAlarm extends AlarmTimes {
  readonly alarmId: string;
  readonly rule: string;
  readonly nodeId: string;
  readonly startMs: number;
  readonly raisedMs: number;
}

/** Whether stored alarms are those that the archive shows. */
export interface VerifiedAlarms extends ReadEvents {
  readonly fromMs: number;
  readonly toMs: number;
  /** Number of stored alarms, and of those that the archive shows. */
  readonly stored: number;
  readonly shown: number;
  readonly differences: readonly AlarmDifference<ComparedAlarm>[];
}

/**
 * Compares the stored alarms that began in a range with those that the archive shows.
 *
 * @throws {RainhooksError} `input-invalid` for an end before the start.
 */
export async function verifyAlarms(
  reached: StageAccess,
  range: { readonly fromMs?: number | undefined; readonly toMs?: number | undefined },
  options: OperationOptions = {},
): Promise<VerifiedAlarms> {
  const nowMs = Date.now();
  const { toMs = nowMs - SETTLED_MS, fromMs = toMs - DAY_MS } = range;
  if (fromMs >= toMs) throw inputError({ field: "toMs", problem: "must be after the start." });
  const { rules } = await readWatchRules(ruleTableOf(reached));
  const versions = rules.flatMap(versionsOf);
  const test = new BackTest({ versions, fromMs, toMs });
  const raised = { fromMs, toMs: Math.min(nowMs, toMs + MAX_FOR_MS) };
  const { alarms } = await listAlarmsRaised(alarmTableOf(reached), raised, { limit: MAX_ALARMS });
  const stored = alarms.filter(
    ({ retractedMs, startMs }) => retractedMs === undefined && startMs >= fromMs && startMs < toMs,
  );
  const read = await readEvents(reached, { fromMs, toMs: nowMs }, [test], options);
  await addStored(reached, test, versions);
  const [known, shown] = [alarmsAt(stored, toMs), alarmsAt(test.alarms(), toMs)];
  const differences = alarmDifferences<ComparedAlarm>(known, shown, ({ alarmId }) => alarmId);
  return { fromMs, toMs, ...read, stored: known.length, shown: shown.length, differences };
}
