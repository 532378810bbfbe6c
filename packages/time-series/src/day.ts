import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { JsonValue } from "@rainhooks/core";
import type { Point } from "./item.ts";
import { addSummaries, NOTHING, type Summary, summaryOf } from "./summary.ts";

/** Days of rollups are UTC's. */
export const DAY_MS = 86_400_000;
/**
 * A rollup has a summary for each quarter of an hour: every offset that a time zone has today is a multiple of that, so
 * days, weeks and months of any zone can be put together from quarters.
 */
export const QUARTER_MS = 900_000;

/** The points of a day in quarters of an hour; quarters without points are left out. */
export interface DayRollup {
  /** Summaries by the number of their quarter, 0 to 95. */
  readonly quarters: ReadonlyMap<number, Summary>;
  /** Epoch second from which it no longer holds, because its first point is forgotten then. */
  readonly expiresAtS: number | undefined;
}

/** Gathers the points of one day. Points have to come in the order of their times. */
export class DayBuilder {
  readonly #quarters = new Map<number, Summary>();
  #expiresAtS: number | undefined;

  add({ atMs, value, expiresAtS }: Point): void {
    const quarter = Math.floor((((atMs % DAY_MS) + DAY_MS) % DAY_MS) / QUARTER_MS);
    const before = this.#quarters.get(quarter) ?? NOTHING;
    this.#quarters.set(quarter, addSummaries(before, summaryOf({ atMs, value })));
    if (expiresAtS !== undefined) {
      this.#expiresAtS = Math.min(expiresAtS, this.#expiresAtS ?? Number.POSITIVE_INFINITY);
    }
  }

  get rollup(): DayRollup {
    return { quarters: this.#quarters, expiresAtS: this.#expiresAtS };
  }
}

/** What is stored of a summary: its quarter, count, sum, lowest and highest, and its last point. */
type Row = [
  quarter: number,
  count: number,
  sum: number | string,
  min: number,
  max: number,
  lastMs: number,
  last: JsonValue,
];

/** A rollup as the bytes that are stored: a table of its quarters, packed. `dayMs` is where its day begins. */
export function packDay({ quarters }: DayRollup, dayMs: number): Uint8Array {
  const rows = [...quarters].map(([quarter, one]): Row => {
    // JSON has no infinity, and a sum of large numbers can be one.
    const sum = Number.isFinite(one.sum) ? one.sum : String(one.sum);
    return [quarter, one.count, sum, one.min, one.max, one.lastMs - dayMs, one.last];
  });
  return deflateRawSync(JSON.stringify(rows));
}

/** The quarters of a rollup from its bytes. */
export function unpackDay(bytes: Uint8Array, dayMs: number): ReadonlyMap<number, Summary> {
  const rows = JSON.parse(inflateRawSync(bytes).toString("utf8")) as Row[];
  return new Map(
    rows.map(([quarter, count, sum, min, max, lastMs, last]) => [
      quarter,
      { count, sum: Number(sum), min, max, lastMs: lastMs + dayMs, last },
    ]),
  );
}
