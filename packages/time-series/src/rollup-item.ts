import { DAY_MS } from "@rainhooks/core/durations";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { ValueKind } from "./kind.ts";
import { seriesKey, timeKey } from "./series-keys.ts";

/**
 * Time after which a day counts as complete. Rollups are made only of days that ended this long
 * ago; a point that arrives later than half of it deletes the rollup of its day. The difference is
 * more than a function may need to write a point.
 */
const CLOSED_AFTER_MS = 3_600_000;

/** The values of one kind of a series. */
export interface SeriesOfKind {
  readonly nodeId: string;
  readonly name: string;
  readonly kind: ValueKind;
}

/** Returns the key of the rollup of a day. */
export function rollupKey(part: SeriesOfKind, dayMs: number): Attributes {
  return { series: { S: rollupSeries(part) }, day: { S: timeKey(dayMs) } };
}

/** Returns the partition key of the rollups of a series. */
export function rollupSeries({ nodeId, name, kind }: SeriesOfKind): string {
  return `${kind}#${seriesKey(nodeId, name)}`;
}

/** Maximum bytes of a partition key. */
const MAX_KEY_LENGTH = 2048;

/**
 * False for a series with a name so long that the key of a rollup would exceed DynamoDB's limit.
 */
export function canHaveRollups(part: SeriesOfKind): boolean {
  return Buffer.byteLength(rollupSeries(part)) <= MAX_KEY_LENGTH;
}

/** Returns the start of the day of a time. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}

/** True when a day is complete, so that a rollup can be made. */
export function isClosed(dayMs: number, nowMs: number): boolean {
  return dayMs + DAY_MS + CLOSED_AFTER_MS <= nowMs;
}

/** True when a rollup may already exist for the day of a point that is written now. */
export function comesLate(atMs: number, nowMs: number): boolean {
  return dayOf(atMs) + DAY_MS + CLOSED_AFTER_MS / 2 <= nowMs;
}
