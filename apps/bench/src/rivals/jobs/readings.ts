import type { Workload } from "../compare.ts";
import { halves, type KnownMessage, recordOfMessage } from "./messages.ts";

/** A reading that must be stored. */
export interface ExpectedReading {
  readonly nodeId: string;
  readonly series: string;
  readonly atMs: number;
  readonly value: unknown;
}

/** The readings that must be stored, by {@link readingKey}. */
export type ExpectedReadings = ReadonlyMap<string, ExpectedReading>;

/** Returns the key of a reading: a series has one at a time. */
export function readingKey({ nodeId, series, atMs }: Omit<ExpectedReading, "value">): string {
  return `${nodeId}#${series}#${atMs}`;
}

/** Returns the readings of a message. */
function readingsOf({ truth }: KnownMessage): ExpectedReading[] {
  const nodeId = truth.nodeIds[0] ?? "";
  return truth.readings.map(({ series, atMs, value }) => ({ nodeId, series, atMs, value }));
}

/** Returns events with readings, as they come from a fleet, at most so many. Events that repeat a reading of another one are left out. */
export function eventsWithReadings(
  fleet: readonly KnownMessage[],
  max: number,
): { readonly usable: readonly KnownMessage[]; readonly expected: ExpectedReadings } {
  const expected = new Map<string, ExpectedReading>();
  const usable: KnownMessage[] = [];
  for (const message of fleet) {
    if (message.type !== "rmaker.event.node_ts_data" || usable.length === max) continue;
    const readings = readingsOf(message);
    if (readings.some((reading) => expected.has(readingKey(reading)))) continue;
    for (const reading of readings) expected.set(readingKey(reading), reading);
    usable.push(message);
  }
  return { usable, expected };
}

/** Returns batches of the events with readings. The first half is not timed. */
export function readingsOfFleet(
  fleet: readonly KnownMessage[],
  batchSize: number,
  batches: number,
): Workload<ExpectedReadings> {
  const { usable, expected } = eventsWithReadings(fleet, batchSize * batches);
  const records = usable.map((message) => recordOfMessage(message));
  return { ...halves(records, batchSize), expected };
}
