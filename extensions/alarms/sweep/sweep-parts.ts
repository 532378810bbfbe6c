import { MINUTE_MS } from "@rainhooks/core/durations";
import type { RollupReader } from "@rainhooks/time-series/rollups";
import type { Alarm } from "../alarms/alarm.ts";
import type { AlarmTable } from "../alarms/alarm-table.ts";
import type { Outage } from "../outage/hold.ts";
import type { WatchRules, WatchRuleTable } from "../rules/rule-store.ts";
import type { HistoryReader, NodeRecord } from "../stores/node-record.ts";
import type { AlarmEvent } from "./alarm-event.ts";
import type { Batch } from "./batches.ts";
import type { SweepMemory } from "./memory.ts";
import type { KnownStores } from "./stores.ts";
import type { SweepState } from "./sweep-state.ts";

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
  /**
   * Number of candidates that are evaluated before their messages are sent, and it is noted how far a pass
   * has come.
   */
  readonly pieceSize: number;
  /** Returns whether there is time for another piece of work. */
  readonly hasTime: () => boolean;
  readonly send: SendAlarmEvents;
  readonly memory: SweepMemory;
  readonly counts: SweepCounts;
  /** Which alarms wait for a store. */
  readonly known: KnownStores;
  /** What the next sweep has to know. */
  state: SweepState;
  /** Outages that last or have ended lately. */
  outages: readonly Outage[];
  /** All nodes; absent if no outage had to be evaluated. */
  fleet?: ReadonlyMap<string, NodeRecord>;
  /** Alarms that this run has read or written, and whose message may be sent, by their ids. */
  readonly toSend: Map<string, Alarm>;
  /** Batches that earlier sweeps have begun to send. */
  begun: readonly Batch[];
  /** Messages in batches that were begun and not ended: they are sent with these, and in no other event. */
  readonly sending: Set<string>;
  /** When events of a rule were sent last, epoch milliseconds. */
  readonly sentMs: Map<string, Promise<number | undefined>>;
  /** What this run could not do. */
  problem?: string;
  /** The first thing that has failed; the others were done all the same. */
  failure?: unknown;
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

/**
 * After events of a rule were sent, further ones are sent together this much later, unless they are critical.
 */
export const GROUP_EVERY_MS = 5 * MINUTE_MS;
