import { counted } from "@rainhooks/core/counted";
import { EXIT } from "@rainhooks/stage/commands/exit";
import { printData, printJson } from "@rainhooks/stage/commands/output";
import { shown } from "@rainhooks/stage/commands/progress";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { verifyAlarms } from "../operations/verify-alarms.ts";

/** Options of `watch verify`. */
export interface VerifyAlarmsOptions extends StageSelection {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Compares the stored alarms that began in a range with those that the archive shows; exits with 1 if they
 * differ.
 */
export async function verifyAlarmsCommand(options: VerifyAlarmsOptions): Promise<void> {
  const reached = await reachStage(options);
  const range = { fromMs: options.from, toMs: options.to };
  const verified = await shown((progress) => verifyAlarms(reached, range, progress));
  const { fromMs, toMs, differences, stored, shown: found } = verified;
  if (differences.length > 0) process.exitCode = EXIT.failed;
  if (options.json) {
    await printJson(`${JSON.stringify(verified, undefined, 2)}\n`);
    return;
  }
  const outcome = differences.length === 0 ? "equal" : `${counted(differences.length, "difference")}`;
  const head = `${stored} stored, ${found} in the archive, from ${formatTime(fromMs)} to ${formatTime(toMs)} UTC: ${outcome}`;
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

const WHERE = {
  "only-first": "only stored",
  "only-second": "only in the archive",
  "other-end": "another end",
};
