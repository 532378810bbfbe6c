import { countText } from "@rainhooks/core/count-text";
import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";

const WINDOW_MS = 10 * MINUTE_MS;

/** Returns the load that alarms are which were raised in a time of this length. */
export function alarmLoad(
  alarms: readonly { readonly nodeId: string; readonly raisedMs: number }[],
  lengthMs: number,
) {
  const windows = Map.groupBy(alarms, ({ raisedMs }) => Math.floor(raisedMs / WINDOW_MS));
  return {
    nodes: new Set(alarms.map(({ nodeId }) => nodeId)).size,
    perDay: alarms.length / Math.max(1, lengthMs / DAY_MS),
    /** The largest number in ten minutes. */
    mostInTenMinutes: Math.max(0, ...[...windows.values()].map((some) => some.length)),
  };
}

/** Says what a load is, such as `14 alarms on 9 nodes (2.0 a day, at most 3 in ten minutes)`. */
export function loadText(
  alarms: number,
  { nodes, perDay, mostInTenMinutes }: ReturnType<typeof alarmLoad>,
): string {
  const size = `${countText(alarms, "alarm")} on ${countText(nodes, "node")}`;
  return `${size} (${perDay.toFixed(1)} a day, at most ${mostInTenMinutes} in ten minutes)`;
}
