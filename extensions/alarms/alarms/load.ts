import { countText } from "@rainhooks/core/counted";
import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";

/** What of an alarm counts for the load of people. */
interface LoadAlarm {
  readonly nodeId: string;
  readonly raisedMs: number;
}

/** The load that alarms are for people in a time range. */
export interface AlarmLoad {
  readonly nodes: number;
  readonly perDay: number;
  /** The largest number in ten minutes. */
  readonly mostInTenMinutes: number;
  /**
   * Share of the time in which there was a flood, as ISA-18.2 measures it: from more than ten alarms in ten
   * minutes until fewer than five; 0 to 1.
   */
  readonly floodShare: number;
}

const WINDOW_MS = 10 * MINUTE_MS;
const FLOOD_FROM = 10;
const FLOOD_UNTIL = 5;

/** Returns the load that alarms are in `[fromMs, toMs)`. */
export function alarmLoad(alarms: readonly LoadAlarm[], fromMs: number, toMs: number): AlarmLoad {
  const windows = new Map<number, number>();
  for (const { raisedMs } of alarms) {
    const index = Math.floor((raisedMs - fromMs) / WINDOW_MS);
    windows.set(index, (windows.get(index) ?? 0) + 1);
  }
  return {
    nodes: new Set(alarms.map(({ nodeId }) => nodeId)).size,
    perDay: alarms.length / Math.max(1, (toMs - fromMs) / DAY_MS),
    mostInTenMinutes: Math.max(0, ...windows.values()),
    floodShare: floodWindows(windows) / Math.max(1, Math.ceil((toMs - fromMs) / WINDOW_MS)),
  };
}

/** A flood lasts through windows with fewer alarms than it takes to begin one. */
function floodWindows(windows: ReadonlyMap<number, number>): number {
  let floods = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const index of [...windows.keys()].toSorted((a, b) => a - b)) {
    const count = windows.get(index) ?? 0;
    const lasts = until === index && count >= FLOOD_UNTIL;
    if (count <= FLOOD_FROM && !lasts) continue;
    floods += 1;
    until = index + 1;
  }
  return floods;
}

/** Says what a load is, such as `14 alarms on 9 nodes, no flood (2.0 a day, at most 3 in ten minutes)`. */
export function loadText(alarms: number, { nodes, floodShare, perDay, mostInTenMinutes }: AlarmLoad): string {
  const flood = floodShare === 0 ? "no flood" : `a flood in ${(floodShare * 100).toFixed(1)} % of the time`;
  const size = `${countText(alarms, "alarm")} on ${countText(nodes, "node")}`;
  return `${size}, ${flood} (${perDay.toFixed(1)} a day, at most ${mostInTenMinutes} in ten minutes)`;
}
