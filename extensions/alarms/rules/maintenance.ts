import { appliesTo } from "@rainhooks/conditions/condition";
import { conditionMistake } from "@rainhooks/conditions/language";
import { isTimeMs } from "@rainhooks/core/decode/time";
import { DAY_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { nameField } from "../rule/rule-fields.ts";

/** A time in which alarms of some nodes are not sent. */
export interface MaintenanceWindow {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly fromMs: number;
  /** Epoch milliseconds, exclusive. */
  readonly toMs: number;
  /** Which nodes, in CEL; absent for all. */
  readonly where?: string | undefined;
}

/** Returns the window in which an alarm of a node is raised that ends last; `undefined` if there is none. */
export function maintenanceOf(
  windows: readonly MaintenanceWindow[],
  node: NodeAttributes,
  raisedMs: number,
): MaintenanceWindow | undefined {
  return windows
    .filter(
      ({ fromMs, toMs, where }) => fromMs <= raisedMs && raisedMs < toMs && appliesTo(where, node) === true,
    )
    .reduce<MaintenanceWindow | undefined>((a, b) => (a === undefined || b.toMs > a.toMs ? b : a), undefined);
}

/** Maximum length of a window: what lasts longer is a rule that should be changed. */
const MAX_LENGTH_MS = 30 * DAY_MS;

/**
 * Returns a window unchanged.
 *
 * @throws {RainhooksError} `input-invalid` if it is wrong; the message says what.
 */
export function checkMaintenance(window: MaintenanceWindow): MaintenanceWindow {
  const { name, fromMs, toMs, where } = window;
  const field = nameField(name);
  const mistake = where === undefined ? undefined : conditionMistake(where, "node");
  const wrong = [
    ...(field.ok ? [] : [`its name ${field.mistake}`]),
    ...(isTimeMs(fromMs) && isTimeMs(toMs) ? [] : ["it must be in the years 1970 to 9999"]),
    ...(toMs > fromMs && toMs - fromMs <= MAX_LENGTH_MS ? [] : ["it must last up to 30 days"]),
    ...(mistake === undefined ? [] : [`where ${mistake}`]),
  ];
  if (wrong.length === 0) return window;
  throw new RainhooksError("input-invalid", `The maintenance window is wrong: ${wrong.join("; ")}.`, {
    permanent: true,
  });
}
