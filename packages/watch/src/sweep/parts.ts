import type { HistoryReader, NodeRecord } from "@rainhooks/node-status";
import type { RollupReader } from "@rainhooks/time-series";
import type { AlarmTable } from "../alarms/alarm-store.ts";
import type { Outage } from "../outage/hold.ts";
import type { WatchRules, WatchRuleTable } from "../rules/rule-store.ts";
import type { AlarmEvent } from "./alarm-event.ts";

/** The tables of a stage that a sweep reads and writes. */
export interface SweepTables {
  readonly rules: WatchRuleTable;
  readonly alarms: AlarmTable;
  readonly nodes: HistoryReader;
  readonly series: Pick<RollupReader, "client" | "tableName">;
}

/** What one run of a sweep works with. */
export interface Sweep {
  readonly tables: SweepTables;
  readonly rules: WatchRules;
  /** The time as of which alarms are evaluated, epoch milliseconds. */
  readonly nowMs: number;
  readonly counts: SweepCounts;
  /** Outages that last or have ended lately. */
  outages: readonly Outage[];
  /** All nodes; absent if no outage had to be evaluated. */
  fleet?: ReadonlyMap<string, NodeRecord>;
  /** What this run could not do. */
  problem?: string;
}

/** Sends events about alarms; it throws if one was not sent. Sending one again does no harm. */
export type SendAlarmEvents = (events: readonly AlarmEvent[]) => Promise<void>;

/** What a run of a sweep has done. */
export interface SweepCounts {
  /** Nodes and series that were evaluated. */
  evaluated: number;
  /** Alarms that were written. */
  changed: number;
  /** Events that were sent. */
  sent: number;
}

/** After this time, every read sees what was written. */
const SETTLED_MS = 90_000;

/** Remembers what this process has evaluated, by its time, so that a sweep that looks back does not evaluate it again. */
export class SweepMemory {
  readonly #times = new Map<string, number>();

  /** Returns true for what has not been evaluated yet. */
  isNew(subject: string, atMs: number): boolean {
    return this.#times.get(subject) !== atMs;
  }

  /** Remembers what was evaluated, except the newest: what it is about may not have been read yet. Forgets what was before a time. */
  remember(seen: ReadonlyMap<string, number>, fromMs: number, nowMs: number): void {
    for (const [subject, atMs] of seen) if (atMs < nowMs - SETTLED_MS) this.#times.set(subject, atMs);
    for (const [subject, atMs] of this.#times) if (atMs < fromMs) this.#times.delete(subject);
  }
}
