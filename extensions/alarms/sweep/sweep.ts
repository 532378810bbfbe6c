import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import type { RollupReader } from "@rainhooks/time-series/rollups";
import type { Outage } from "../outage/hold.ts";
import type { WatchRules } from "../rules/rule-store.ts";
import type { HistoryReader, NodeRecord } from "../stores/node-record.ts";

/** The tables of a stage that a sweep reads and writes. */
export interface SweepTables {
  readonly rules: TableAccess;
  readonly alarms: TableAccess;
  readonly nodes: HistoryReader;
  readonly series: Pick<RollupReader, "client" | "tableName">;
}

/** What a sweep knows when it begins. Its steps change nothing of it: they return what they have done. */
export interface SweepStart {
  readonly tables: SweepTables;
  readonly rules: WatchRules;
  /** The time as of which alarms are evaluated, epoch milliseconds. */
  readonly nowMs: number;
  /** Whether alarms of series wait for their store. */
  readonly doSeriesWait: boolean;
}

/** What a sweep knows when outages are evaluated: with it, nodes and series are. */
export interface Sweep extends SweepStart {
  /** Outages that last or have ended lately. */
  readonly outages: readonly Outage[];
  /** All nodes; absent if no outage had to be evaluated. */
  readonly fleet?: ReadonlyMap<string, NodeRecord> | undefined;
}
