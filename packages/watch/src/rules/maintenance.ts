import { appliesTo, type NodeFacts } from "../condition/condition.ts";

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
  node: NodeFacts,
  raisedMs: number,
): MaintenanceWindow | undefined {
  return windows
    .filter(
      ({ fromMs, toMs, where }) => fromMs <= raisedMs && raisedMs < toMs && appliesTo(where, node) === true,
    )
    .reduce<MaintenanceWindow | undefined>((a, b) => (a === undefined || b.toMs > a.toMs ? b : a), undefined);
}
