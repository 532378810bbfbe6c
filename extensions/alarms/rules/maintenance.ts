import { appliesTo } from "@rainhooks/conditions/condition";
import { isTimeMs } from "@rainhooks/core/decode/time";
import { DAY_MS } from "@rainhooks/core/durations";
import { inputError } from "@rainhooks/core/errors";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";

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

/**
 * Returns the window in which an alarm of a node is raised that ends last; `undefined` if there is
 * none.
 */
export function maintenanceOf(
  windows: readonly MaintenanceWindow[],
  node: NodeAttributes,
  raisedMs: number,
): MaintenanceWindow | undefined {
  return windows
    .filter(
      ({ fromMs, toMs, where }) =>
        fromMs <= raisedMs && raisedMs < toMs && appliesTo(where, node) === true,
    )
    .reduce<MaintenanceWindow | undefined>(
      (a, b) => (a === undefined || b.toMs > a.toMs ? b : a),
      undefined,
    );
}

/** Maximum length of a window: what lasts longer is a rule that should be changed. */
const MAX_LENGTH_MS = 30 * DAY_MS;

/**
 * Returns a window unchanged.
 *
 * @throws {RainhooksError} `input-invalid` if it is too long, or does not end after its start.
 */
export function checkMaintenance(window: MaintenanceWindow): MaintenanceWindow {
  const { fromMs, toMs } = window;
  if (isTimeMs(fromMs) && isTimeMs(toMs) && toMs > fromMs && toMs - fromMs <= MAX_LENGTH_MS)
    return window;
  throw inputError({ field: "to", problem: "must be after the start, by up to 30 days." });
}
