import { counted, DAY_MS, MINUTE_MS, RainhooksError } from "@rainhooks/core";
import { formatTable, formatTime } from "@rainhooks/terminal";
import {
  type AlarmTimes,
  alarmDifferences,
  alarmsAt,
  BackTest,
  listAlarmsRaised,
  readWatchRules,
  versionsOf,
} from "@rainhooks/watch";
import { EXIT } from "../exit.ts";
import { printData, printJson } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { addStored, readEvents } from "./read-events.ts";
import { alarmTableOf, ruleTableOf } from "./tables.ts";

/** Options of `watch verify`. */
export interface VerifyOptions extends StageOptions {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly json?: boolean | undefined;
}

/** What is younger may not be archived, or not be swept. */
const SETTLED_MS = 20 * MINUTE_MS;
const MAX_ALARMS = 1_000_000;
/** An alarm can be raised later than it began: the longest time of a rule. */
const MAX_FOR_MS = 8 * DAY_MS;

/** Compares the stored alarms that began in a range with those that the archive shows; exits with 1 if they differ. */
export async function verifyAlarmsCommand(options: VerifyOptions): Promise<void> {
  const nowMs = Date.now();
  const { to: toMs = nowMs - SETTLED_MS, from: fromMs = toMs - DAY_MS } = options;
  if (fromMs >= toMs) throw new RainhooksError("input-invalid", "--to must be after --from.");
  const reached = await reachStage(options);
  const { rules } = await readWatchRules(ruleTableOf(reached));
  const versions = rules.flatMap(versionsOf);
  const test = new BackTest({ versions, fromMs, toMs });
  const raised = { fromMs, toMs: Math.min(nowMs, toMs + MAX_FOR_MS) };
  const { alarms } = await listAlarmsRaised(alarmTableOf(reached), raised, { limit: MAX_ALARMS });
  const stored = alarms.filter(
    ({ retractedMs, startMs }) => retractedMs === undefined && startMs >= fromMs && startMs < toMs,
  );
  const read = await readEvents(reached, { fromMs, toMs: nowMs }, [test]);
  await addStored(reached, test, versions);
  const [known, shown] = [alarmsAt(stored, toMs), alarmsAt(test.alarms(), toMs)];
  const differences = alarmDifferences<Compared>(known, shown, ({ alarmId }) => alarmId);
  if (differences.length > 0) process.exitCode = EXIT.failed;
  if (options.json) {
    const json = { fromMs, toMs, ...read, stored: known.length, shown: shown.length, differences };
    await printJson(`${JSON.stringify(json, undefined, 2)}\n`);
    return;
  }
  const outcome = differences.length === 0 ? "equal" : `${counted(differences.length, "difference")}`;
  const head = `${known.length} stored, ${shown.length} in the archive, from ${formatTime(fromMs)} to ${formatTime(toMs)} UTC: ${outcome}`;
  const rows = differences.map(({ kind, first, second }) => {
    const alarm = first ?? second;
    return [
      WHERE[kind],
      alarm?.rule ?? "",
      alarm?.nodeId ?? "",
      alarm === undefined ? "" : formatTime(alarm.startMs),
    ];
  });
  const table = rows.length === 0 ? "" : `\n\n${formatTable(["", "rule", "node", "start (UTC)"], rows)}`;
  await printData(`${head}${table}\n`);
}

/** What is compared of an alarm. */
interface Compared extends AlarmTimes {
  readonly alarmId: string;
  readonly rule: string;
  readonly raisedMs: number;
}

const WHERE = {
  "only-first": "only stored",
  "only-second": "only in the archive",
  "other-end": "another end",
};
