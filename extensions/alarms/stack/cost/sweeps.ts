import { ALARM_WRITES, EVALUATION_MS } from "../../../capacity/bill/assumptions.ts";

/** What a sweep of alarms takes. */
export interface AlarmCapacity {
  /** Nodes and series that a sweep evaluates in its time; there is one a minute. */
  readonly perSweep: number;
  /** Sweeps until all nodes are evaluated that a rule finds at once. */
  readonly sweeps: number;
  /** Share of what one key of an index takes that the writes of a sweep use, 0 to 1. */
  readonly indexShare: number;
}

/** Time in which a sweep evaluates nodes, seconds. */
const SWEEP_S = 45;
/** Partitions of each index of the alarms table. */
const SHARDS = 4;
/**
 * Write units a second that DynamoDB takes of a partition. Source: Amazon DynamoDB developer guide,
 * "Partition key design".
 */
const PARTITION_WRITES_PER_S = 1000;

/**
 * Returns what a sweep takes when a rule finds so many nodes at once, such as those that are offline when a
 * rule is new.
 */
export function alarmCapacity(found: number): AlarmCapacity {
  const perS = 1000 / EVALUATION_MS;
  const perSweep = Math.floor(SWEEP_S * perS);
  // About a third of the write units of an alarm are those of each of three indexes.
  const writesPerS = (perS * ALARM_WRITES) / 3;
  return {
    perSweep,
    sweeps: Math.ceil(found / perSweep),
    indexShare: writesPerS / (SHARDS * PARTITION_WRITES_PER_S),
  };
}
