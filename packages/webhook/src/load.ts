import type { EventType } from "@rainhooks/core/catalog";

/** Something per event, by event type. A type that is not listed has none. */
export type PerEvent = Readonly<Partial<Record<EventType, number>>>;

/**
 * What the events of a webhook cost, as measured. From it follow how often a stage runs the
 * function at once, what its tables and its stream must take, and its price. A webhook without it
 * runs as often as its definition says.
 */
export interface Load {
  /** Milliseconds of an invocation with 1,024 MiB, however many records it has. */
  readonly batchMs: number;
  /** Milliseconds that each record adds. */
  readonly recordMs: number;
  /**
   * Milliseconds that each record adds in which the function only waits, whatever its memory: for
   * systems of others. @defaultValue 0
   */
  readonly recordWaitMs?: number;
  /**
   * Write units of an event, by the name of a table (`node-status`) or of an index
   * (`node-status/by-status`).
   */
  readonly writeUnits?: Readonly<Record<string, PerEvent>>;
  /** Read units of an event, all tables together. */
  readonly readUnits?: PerEvent;
  /** What its tables keep, with the 100 bytes that DynamoDB adds to each item. */
  readonly kept?: TableLoad;
  /** Bytes that an event adds to the webhook's stream. */
  readonly streamBytes?: number;
}

/** What the tables of a webhook keep. */
export interface TableLoad {
  /** Bytes of a node, as long as it exists. @defaultValue 0 */
  readonly nodeBytes?: number;
  /** Bytes that an event adds, and for how many days. */
  readonly eventBytes: PerEvent;
  readonly days: number;
}

/** Returns what is wrong with a load, or `undefined`. */
export function loadMistake({
  batchMs,
  recordMs,
  recordWaitMs = 0,
  writeUnits = {},
  readUnits = {},
  kept: { nodeBytes = 0, eventBytes, days } = { eventBytes: {}, days: 0 },
  streamBytes = 0,
}: Load): string | undefined {
  const perEvent = [...Object.values(writeUnits), readUnits, eventBytes];
  const units = [nodeBytes, days, ...perEvent.flatMap((one) => Object.values(one))];
  const isAmount = (value: number) => Number.isFinite(value) && value >= 0;
  if (![batchMs, recordMs, recordWaitMs, streamBytes, ...units].every(isAmount))
    return "load must have finite numbers that are not negative";
  return batchMs + recordMs > 0 ? undefined : "load must have a batchMs or a recordMs above 0";
}

/**
 * Memory at which a function has a whole CPU. Source: Lambda developer guide, "Configure Lambda
 * function memory".
 */
export const FULL_CPU_MIB = 1769;
