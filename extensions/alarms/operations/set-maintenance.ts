import { inputError } from "@rainhooks/core/errors";
import type { StageAccess } from "@rainhooks/stage/reached";
import { checkMaintenance, type MaintenanceWindow } from "../rules/maintenance.ts";
import { putMaintenance, readWatchRules } from "../rules/rule-store.ts";
import { ruleTableOf } from "./tables.ts";

/** A time in which nothing is to be sent about some nodes. */
export interface MaintenanceRequest {
  readonly name: string;
  /** Epoch milliseconds. @defaultValue now */
  readonly fromMs?: number | undefined;
  /** When it ends, or how long it lasts, milliseconds: one of both. */
  readonly toMs?: number | undefined;
  readonly lengthMs?: number | undefined;
  /** Which nodes, in CEL; absent for all. */
  readonly where?: string | undefined;
}

/**
 * Adds a maintenance window.
 *
 * @throws {RainhooksError} `input-invalid` if it is wrong, or if there is one of this name that has not
 * ended; the message says what.
 */
export async function setMaintenance(
  reached: StageAccess,
  { name, fromMs = Date.now(), toMs, lengthMs = 0, where }: MaintenanceRequest,
): Promise<MaintenanceWindow> {
  const endMs = toMs ?? fromMs + lengthMs;
  const window = checkMaintenance({ name, fromMs, toMs: endMs, ...(where === undefined ? {} : { where }) });
  const existing = await currentMaintenance(reached, name);
  if (existing !== undefined)
    throw inputError({
      field: "name",
      problem: `${name} is the name of a maintenance window until ${new Date(existing.toMs).toISOString()}. End that one first, or choose another name.`,
    });
  await putMaintenance(ruleTableOf(reached), window);
  return window;
}

/** Returns the window of a name that has not ended. */
async function currentMaintenance(
  reached: StageAccess,
  name: string,
): Promise<MaintenanceWindow | undefined> {
  const { maintenance } = await readWatchRules(ruleTableOf(reached));
  return maintenance.find((one) => one.name === name && one.toMs > Date.now());
}

/**
 * Ends a maintenance window now. Alarms that were raised in it stay unsent until the time at which it would
 * have ended.
 *
 * @throws {RainhooksError} `input-invalid` if there is none of this name, or it has ended.
 */
export async function endMaintenance(reached: StageAccess, name: string): Promise<MaintenanceWindow> {
  const nowMs = Date.now();
  const window = await currentMaintenance(reached, name);
  if (window === undefined)
    throw inputError({ field: "name", problem: `there is no maintenance ${name} that has not ended.` });
  // One that has not begun is as short as a window can be.
  const fromMs = Math.min(window.fromMs, nowMs - 1);
  const ended = { ...window, fromMs, toMs: nowMs };
  await putMaintenance(ruleTableOf(reached), ended);
  return ended;
}
