import { deflateRawSync, inflateRawSync } from "node:zlib";
import { DAY_MS } from "@rainhooks/core/durations";
import type { JsonValue } from "@rainhooks/core/json";
import type { Point } from "./series-keys.ts";
import { addSummaries, NOTHING, type Summary, summaryOf } from "./summary.ts";

/**
 * A rollup has a summary for each quarter of an hour: today's time zone offsets are all multiples
 * of that, so days, weeks and months of any zone can be combined from quarters.
 */
export const QUARTER_MS = 900_000;

/** Summaries of the points of one day by quarter of an hour; quarters without points are absent. */
export interface DayRollup {
  /** Summaries by number of the quarter, 0 to 95. */
  readonly quarters: ReadonlyMap<number, Summary>;
  /** Epoch second at which the rollup becomes invalid because its first point expires. */
  readonly expiresAtS: number | undefined;
}

/** Builds the rollup of one day. Points must be added in the order of their times. */
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

/** A stored summary: its quarter, count, sum, minimum and maximum, and its last point. */
type Row = [
  quarter: number,
  count: number,
  sum: number | string,
  min: number,
  max: number,
  lastMs: number,
  last: JsonValue,
];

/**
 * Encodes a rollup for storage: a compressed table of its quarters. `dayMs` is the start of its
 * day.
 */
export function packDay({ quarters }: DayRollup, dayMs: number): Uint8Array {
  const rows = [...quarters].map(([quarter, one]): Row => {
    // JSON has no infinity, which a sum of large numbers can be.
    const sum = Number.isFinite(one.sum) ? one.sum : String(one.sum);
    return [quarter, one.count, sum, one.min, one.max, one.lastMs - dayMs, one.last];
  });
  return deflateRawSync(JSON.stringify(rows));
}

/** Decodes the quarters of a stored rollup. */
export function unpackDay(bytes: Uint8Array, dayMs: number): ReadonlyMap<number, Summary> {
  const rows = JSON.parse(inflateRawSync(bytes).toString("utf8")) as Row[];
  return new Map(
    rows.map(([quarter, count, sum, min, max, lastMs, last]) => [
      quarter,
      { count, sum: Number(sum), min, max, lastMs: lastMs + dayMs, last },
    ]),
  );
}
