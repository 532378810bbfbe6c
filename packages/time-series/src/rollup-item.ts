import type { Attributes } from "@rainhooks/dynamodb";
import { DAY_MS } from "./day.ts";
import { seriesKey, timeKey } from "./item.ts";
import type { ValueKind } from "./kind.ts";

/**
 * When a day is over for good. Rollups are made of days that ended this long ago; a point that comes later than half of
 * it takes the rollup of its day away. Between the two is more time than a function may take to write a point.
 */
const CLOSED_AFTER_MS = 3_600_000;

/** The values of one kind of a series. */
export interface SeriesPart {
  readonly nodeId: string;
  readonly name: string;
  readonly kind: ValueKind;
}

/** Key of the rollup of a day. */
export function rollupKey(part: SeriesPart, dayMs: number): Attributes {
  return { series: { S: rollupSeries(part) }, day: { S: timeKey(dayMs) } };
}

/** Partition key of the rollups of a series. */
export function rollupSeries({ nodeId, name, kind }: SeriesPart): string {
  return `${kind}#${seriesKey(nodeId, name)}`;
}

/** Most bytes of a partition key. */
const MAX_KEY_LENGTH = 2048;

/** False for a series whose name is so long that DynamoDB has no room for the key of a rollup. */
export function canHaveRollups(part: SeriesPart): boolean {
  return Buffer.byteLength(rollupSeries(part)) <= MAX_KEY_LENGTH;
}

/** Beginning of the day of a time. */
export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}

/** True when rollups are made of a day. */
export function isClosed(dayMs: number, nowMs: number): boolean {
  return dayMs + DAY_MS + CLOSED_AFTER_MS <= nowMs;
}

/** True when a rollup may exist of the day of a point that is written now. */
export function comesLate(atMs: number, nowMs: number): boolean {
  return dayOf(atMs) + DAY_MS + CLOSED_AFTER_MS / 2 <= nowMs;
}
