import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";

/** What of an alarm counts for the load of its operators. */
export interface LoadAlarm {
  readonly rule: string;
  readonly nodeId: string;
  readonly series?: string | undefined;
  readonly raisedMs: number;
  readonly endMs: number | undefined;
}

/** Alarms of one rule and node. */
export interface FrequentAlarm {
  readonly rule: string;
  readonly nodeId: string;
  readonly count: number;
  /** Share of all alarms, 0 to 1. */
  readonly share: number;
}

/** The load of the operators of a stage in a time range, as ISA-18.2 measures it. */
export interface AlarmLoad {
  readonly alarms: number;
  readonly nodes: number;
  readonly perDay: number;
  readonly perTenMinutes: number;
  /** The largest number in ten minutes. */
  readonly mostInTenMinutes: number;
  /**
   * Share of the time in which there was a flood: from more than ten alarms in ten minutes until fewer than
   * five; 0 to 1.
   */
  readonly floodShare: number;
  readonly topTen: readonly FrequentAlarm[];
  readonly topTenShare: number;
  /** Rules and nodes with three alarms or more within a minute. */
  readonly chattering: number;
  /** Alarms that lasted longer than a day. */
  readonly stale: number;
}

const WINDOW_MS = 10 * MINUTE_MS;
const FLOOD_FROM = 10;
const FLOOD_UNTIL = 5;
const TOP = 10;
const CHATTERING_FROM = 3;

/** Returns the load that alarms are in `[fromMs, toMs)`. */
export function alarmLoad(alarms: readonly LoadAlarm[], fromMs: number, toMs: number): AlarmLoad {
  const windows = new Map<number, number>();
  for (const { raisedMs } of alarms) {
    const index = Math.floor((raisedMs - fromMs) / WINDOW_MS);
    windows.set(index, (windows.get(index) ?? 0) + 1);
  }
  const count = Math.max(1, Math.ceil((toMs - fromMs) / WINDOW_MS));
  const frequent = frequentOf(alarms);
  const topTen = frequent.slice(0, TOP);
  return {
    alarms: alarms.length,
    nodes: new Set(alarms.map(({ nodeId }) => nodeId)).size,
    perDay: alarms.length / Math.max(1, (toMs - fromMs) / DAY_MS),
    perTenMinutes: alarms.length / count,
    mostInTenMinutes: Math.max(0, ...windows.values()),
    floodShare: floodWindows(windows) / count,
    topTen,
    topTenShare: topTen.reduce((sum, { share }) => sum + share, 0),
    chattering: chatteringOf(alarms),
    stale: alarms.filter(({ raisedMs, endMs = toMs }) => endMs - raisedMs > DAY_MS).length,
  };
}

function frequentOf(alarms: readonly LoadAlarm[]): FrequentAlarm[] {
  return [...Map.groupBy(alarms, subjectText).values()]
    .flatMap((some) => {
      const [first] = some;
      if (first === undefined) return [];
      const { rule, nodeId } = first;
      return [{ rule, nodeId, count: some.length, share: some.length / alarms.length }];
    })
    .toSorted((a, b) => b.count - a.count || (a.nodeId < b.nodeId ? -1 : 1));
}

function subjectText({ rule, nodeId, series }: LoadAlarm): string {
  return JSON.stringify([rule, nodeId, series]);
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

function chatteringOf(alarms: readonly LoadAlarm[]): number {
  return [...Map.groupBy(alarms, subjectText).values()].filter((some) => {
    const times = some.map(({ raisedMs }) => raisedMs).toSorted((a, b) => a - b);
    return times.some(
      (atMs, index) => (times[index + CHATTERING_FROM - 1] ?? Number.POSITIVE_INFINITY) - atMs < MINUTE_MS,
    );
  }).length;
}
