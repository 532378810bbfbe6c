import { RainhooksError } from "@rainhooks/core";
import { ruleTableOf } from "@rainhooks/operate";
import { formatTime } from "@rainhooks/terminal";
import { checkMaintenance, putMaintenance } from "@rainhooks/watch";
import { printData, printJson } from "../output.ts";
import { reachStage, type StageSelection } from "../reach/reach-stage.ts";

/** Options of `watch maintenance`. */
export interface MaintenanceOptions extends StageSelection {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly for?: number | undefined;
  readonly where?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Adds a maintenance window, or replaces it. */
export async function maintenanceCommand(name: string, options: MaintenanceOptions): Promise<void> {
  const { from: fromMs = Date.now(), to, for: lengthMs, where } = options;
  const toMs = to ?? (lengthMs === undefined ? undefined : fromMs + lengthMs);
  if (toMs === undefined) throw new RainhooksError("input-invalid", "Say when it ends: --for 2h, or --to.");
  const window = checkMaintenance({ name, fromMs, toMs, ...(where === undefined ? {} : { where }) });
  await putMaintenance(ruleTableOf(await reachStage(options)), window);
  if (options.json) await printJson(`${JSON.stringify(window)}\n`);
  else await printData(`Maintenance ${name} from ${formatTime(fromMs)} to ${formatTime(toMs)} UTC.\n`);
}
