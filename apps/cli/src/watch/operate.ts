import { userInfo } from "node:os";
import { alarmTableOf } from "@rainhooks/operate";
import { formatTime } from "@rainhooks/terminal";
import { acknowledgeAlarm, shelveAlarm } from "@rainhooks/watch";
import { printData, printJson } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";

/** Options of `alarms ack`. */
export interface AckOptions extends StageOptions {
  readonly by?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Acknowledges an alarm. */
export async function ackCommand(alarmId: string, options: AckOptions): Promise<void> {
  const { by = userInfo().username } = options;
  const table = alarmTableOf(await reachStage(options));
  const { rule, nodeId, ackedMs } = await acknowledgeAlarm(table, alarmId, by, Date.now());
  if (options.json) await printJson(`${JSON.stringify({ alarmId, ackedMs, by })}\n`);
  else await printData(`Acknowledged by ${by}: ${rule} of ${nodeId}.\n`);
}

/** Options of `alarms shelve`. */
export interface ShelveOptions extends StageOptions {
  readonly for: number;
  readonly json?: boolean | undefined;
}

/** Shelves an alarm. */
export async function shelveCommand(alarmId: string, options: ShelveOptions): Promise<void> {
  const untilMs = Date.now() + options.for;
  const table = alarmTableOf(await reachStage(options));
  const { rule, nodeId } = await shelveAlarm(table, alarmId, untilMs);
  if (options.json) await printJson(`${JSON.stringify({ alarmId, shelvedUntilMs: untilMs })}\n`);
  else await printData(`Shelved until ${formatTime(untilMs)} UTC: ${rule} of ${nodeId}.\n`);
}
