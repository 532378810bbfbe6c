import { mapLimited } from "@rainhooks/core/collections";
import { DAY_MS } from "@rainhooks/core/durations";
import { QUARTER_MS } from "./day.ts";
import { eachPoint } from "./points.ts";
import { canHaveRollups, dayOf, isClosed, type SeriesOfKind } from "./rollup-item.ts";
import { makeRollups, type Quarters, type RollupReader, readRollups } from "./rollups.ts";
import { addSummaries, NOTHING, type Summary, summaryOf } from "./summary.ts";
import type { Window } from "./windows.ts";

const READS_AT_ONCE = 8;

/**
 * Returns the summary of the points of each window. The windows must be in order. Past days are
 * read from their rollups; a day that is completely inside the windows and has no rollup yet gets
 * one, if the reader keeps rollups.
 */
export async function summarize(
  reader: RollupReader,
  part: SeriesOfKind,
  windows: readonly Window[],
  nowMs: number,
): Promise<Summary[]> {
  const sums = new Sums(windows);
  const { quarters, stretches } = await sourcesOf(reader, part, windows, nowMs);
  for (const { startMs, summary } of quarters) sums.add(startMs, summary);
  const read = await mapLimited(stretches, READS_AT_ONCE, async ({ startMs, endMs }) => {
    const points = [];
    const range = { ...part, fromMs: startMs, toMs: endMs };
    for await (const { point } of eachPoint(reader, range, nowMs)) points.push(point);
    return points;
  });
  for (const point of read.flat()) sums.add(point.atMs, summaryOf(point));
  return sums.all;
}

/** Collects the summaries of consecutive windows. */
class Sums {
  readonly #windows: readonly Window[];
  readonly all: Summary[];

  constructor(windows: readonly Window[]) {
    this.#windows = windows;
    this.all = windows.map(() => NOTHING);
  }

  add(atMs: number, summary: Summary): void {
    const index = this.#indexOf(atMs);
    const before = this.all[index];
    if (before !== undefined) this.all[index] = addSummaries(before, summary);
  }

  #indexOf(atMs: number): number {
    let low = 0;
    let high = this.#windows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#windows[middle]?.startMs ?? 0) <= atMs) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/**
 * Returns the sources of a part of a series: quarters of rollups where they exist, otherwise
 * points.
 */
async function sourcesOf(
  reader: RollupReader,
  part: SeriesOfKind,
  windows: readonly Window[],
  nowMs: number,
) {
  const fromMs = windows[0]?.startMs ?? 0;
  const toMs = windows.at(-1)?.endMs ?? 0;
  const cut = cutQuarters(windows);
  const isWhole = (startMs: number) =>
    startMs >= fromMs && startMs + QUARTER_MS <= toMs && !cut.has(startMs);
  const days = daysOf(fromMs, toMs).filter(
    (dayMs) => canHaveRollups(part) && isClosed(dayMs, nowMs) && quartersOf(dayMs).some(isWhole),
  );
  const rollups = await rollupsOf(reader, part, days, fromMs, toMs, nowMs);
  const covered = days
    .filter((dayMs) => rollups.has(dayMs))
    .flatMap((dayMs) => quartersOf(dayMs).filter(isWhole));
  return {
    quarters: covered.flatMap((startMs) => {
      const dayMs = dayOf(startMs);
      const summary = rollups.get(dayMs)?.get((startMs - dayMs) / QUARTER_MS);
      return summary === undefined ? [] : [{ startMs, summary }];
    }),
    stretches: gapsBetween(covered, fromMs, toMs),
  };
}

function quartersOf(dayMs: number): number[] {
  return Array.from({ length: DAY_MS / QUARTER_MS }, (_, quarter) => dayMs + quarter * QUARTER_MS);
}

/** Returns the parts of a time range that the given quarters, in order, do not cover. */
function gapsBetween(quarters: readonly number[], fromMs: number, toMs: number): Window[] {
  const gaps: Window[] = [];
  let openMs = fromMs;
  for (const startMs of quarters) {
    if (openMs < startMs) gaps.push({ startMs: openMs, endMs: startMs });
    openMs = startMs + QUARTER_MS;
  }
  return openMs < toMs ? [...gaps, { startMs: openMs, endMs: toMs }] : gaps;
}

/**
 * Returns the starts of the quarters that a window boundary cuts: they belong to more than one
 * window.
 */
function cutQuarters(windows: readonly Window[]): ReadonlySet<number> {
  const cut = new Set<number>();
  for (const { startMs, endMs } of windows) {
    for (const atMs of [startMs, endMs]) {
      if (atMs % QUARTER_MS !== 0) cut.add(Math.floor(atMs / QUARTER_MS) * QUARTER_MS);
    }
  }
  return cut;
}

function daysOf(fromMs: number, toMs: number): number[] {
  const days: number[] = [];
  for (let dayMs = dayOf(fromMs); dayMs < toMs; dayMs += DAY_MS) days.push(dayMs);
  return days;
}

/** Returns the rollups of days; a missing one is made if the whole day is requested. */
async function rollupsOf(
  reader: RollupReader,
  part: SeriesOfKind,
  days: readonly number[],
  fromMs: number,
  toMs: number,
  nowMs: number,
): Promise<Map<number, Quarters>> {
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return new Map();
  const found = await readRollups(reader, part, first, last + DAY_MS, nowMs);
  if (!reader.keepsRollups) return found;
  const missing = days.filter(
    (dayMs) => !found.has(dayMs) && dayMs >= fromMs && dayMs + DAY_MS <= toMs,
  );
  for (const { startMs, endMs } of runsOf(missing)) {
    for (const [dayMs, quarters] of await makeRollups(reader, part, startMs, endMs, nowMs)) {
      found.set(dayMs, quarters);
    }
    // A requested day without points is now known to be empty.
    for (let dayMs = startMs; dayMs < endMs; dayMs += DAY_MS) {
      if (!found.has(dayMs)) found.set(dayMs, new Map());
    }
  }
  return found;
}

/** Groups days, in order, into ranges of consecutive days. */
function runsOf(days: readonly number[]): Window[] {
  const runs: { startMs: number; endMs: number }[] = [];
  for (const dayMs of days) {
    const last = runs.at(-1);
    if (last?.endMs === dayMs) last.endMs += DAY_MS;
    else runs.push({ startMs: dayMs, endMs: dayMs + DAY_MS });
  }
  return runs;
}
