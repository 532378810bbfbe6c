import { inputError } from "@rainhooks/core/errors";
import { printData, printJson } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { endMaintenance, setMaintenance } from "../operations/set-maintenance.ts";

/** Options of `watch maintenance`. */
export interface MaintenanceOptions extends StageSelection {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly for?: number | undefined;
  readonly where?: string | undefined;
  /** Ends it now. */
  readonly end?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Adds a maintenance window, or ends it. */
export async function maintenanceCommand(name: string, options: MaintenanceOptions): Promise<void> {
  const { from: fromMs, to: toMs, for: lengthMs, where, end = false } = options;
  if (!end && toMs === undefined && lengthMs === undefined)
    throw inputError({ field: "for", problem: "is missing: say when it ends, with --for 2h or --to." });
  const reached = await reachStage(options);
  const window = end
    ? await endMaintenance(reached, name)
    : await setMaintenance(reached, { name, fromMs, toMs, lengthMs, where });
  if (options.json) await printJson(`${JSON.stringify(window)}\n`);
  else
    await printData(
      `Maintenance ${name} from ${formatTime(window.fromMs)} to ${formatTime(window.toMs)} UTC.\n`,
    );
}
