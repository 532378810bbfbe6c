import { RainhooksError } from "@rainhooks/core/errors";
import type { JsonValue } from "@rainhooks/core/json";
import type { ValueKind } from "./kind.ts";
import { eachPoint } from "./points.ts";
import { FEW_GROUPS } from "./range.ts";
import { readFirstPoint, readLastPoint } from "./read-points.ts";
import type { SeriesOfKind } from "./rollup-item.ts";
import type { RollupReader } from "./rollups.ts";
import { summarize } from "./summarize.ts";
import { NOTHING, type Summary } from "./summary.ts";
import { type Calendar, type Window, windowAt, windowsBackFrom, windowsOf } from "./windows.ts";

/** Aggregates of the points of a window; `raw` returns the points themselves. */
export const AGGREGATES = ["raw", "latest", "min", "max", "count", "avg", "sum"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** A query of a series. */
export interface SeriesQuery extends Omit<SeriesOfKind, "kind"> {
  /** Only values of this kind; `undefined` for all points of a `raw` query. */
  readonly kind: ValueKind | undefined;
  /** Start of the range, inclusive, epoch milliseconds. */
  readonly fromMs: number;
  /** End of the range, exclusive, epoch milliseconds. */
  readonly toMs: number;
  readonly aggregate: Aggregate;
  /** How the range is divided into windows; not used with `raw`. */
  readonly calendar: Calendar;
  /** Return the change from the previous value. */
  readonly differential: boolean;
  /** Replace a negative change (a counter was reset) by the value itself. */
  readonly resetOnNegative: boolean;
  readonly newestFirst: boolean;
  /** Maximum number of values. */
  readonly limit: number;
  /** Where to continue: `next` of the previous page. */
  readonly after?: string | undefined;
}

/** A value of a result: a point, or the aggregate of a window. */
export interface SeriesValue {
  /** Time of the point, or start of the window; epoch milliseconds. */
  readonly atMs: number;
  /** End of the window, exclusive; absent for a point. */
  readonly endMs?: number;
  readonly value: JsonValue;
  /** Number of points in the window. */
  readonly count?: number;
  /** Beside an average that is no difference: the lowest and the highest value of the window. */
  readonly min?: number;
  readonly max?: number;
}

/** A page of a result. */
export interface SeriesResult {
  readonly values: readonly SeriesValue[];
  readonly next: string | undefined;
}

/**
 * Minimum number of windows that are read together: with hourly windows enough for a whole day,
 * which gets a rollup.
 */
const MIN_WINDOWS_PER_READ = 48;
const WINDOWS_PER_READ = 400;
/** Maximum groups in the first call for a page of points: a group may have many points. */
const MAX_GROUPS_FIRST = 100;

/**
 * Queries a series. The aggregate of a window `[start, end)` includes all its points; it is
 * computed from rollups where they exist. Windows without points are not returned.
 *
 * Aggregates, windows, `differential` and `resetOnNegative` have the meaning of RainMaker's
 * `tsdata` API, as far as it is documented. Differences are taken between returned values, the
 * first one from the value before the range.
 *
 * @throws {RainhooksError} `input-invalid` for a query that the kind of values does not support.
 */
export async function querySeries(
  reader: RollupReader,
  input: SeriesQuery,
  nowMs: number,
): Promise<SeriesResult> {
  const raw = input.aggregate === "raw";
  const query = { ...input, kind: input.kind ?? "number" };
  refuseNonsense(query);
  const range = raw && !input.differential ? input : query;
  const { values, pointKeys, next } = await (raw
    ? rawPage(reader, range, nowMs)
    : windowPage(reader, query, nowMs));
  if (!query.differential) return { values, next };
  const oldest = query.newestFirst ? values.length - 1 : 0;
  const before = raw
    ? await pointBefore(reader, query, pointKeys[oldest], nowMs)
    : await windowBefore(reader, query, values[oldest], nowMs);
  return { values: differencesOf(values, before, query), next };
}

/** A query of values of one kind. */
type KindQuery = SeriesQuery & SeriesOfKind;

/** A page with the positions of its points. */
interface Page extends SeriesResult {
  readonly pointKeys: readonly string[];
}

function refuseNonsense({
  kind,
  aggregate,
  differential,
  resetOnNegative,
  fromMs,
  toMs,
}: SeriesQuery): void {
  if (fromMs >= toMs) throw invalid("The end of the time range must be after its start.");
  const countable = aggregate === "raw" || aggregate === "latest" || aggregate === "count";
  if (kind !== "number" && !countable) {
    throw invalid(`${aggregate} is not supported for ${kind} values. Use raw, latest or count.`);
  }
  if (differential && kind !== "number")
    throw invalid("Differences are only supported for numbers.");
  if (resetOnNegative && !differential) throw invalid("resetOnNegative needs differential.");
}

function invalid(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message, { permanent: true });
}

async function rawPage(reader: RollupReader, query: SeriesQuery, nowMs: number): Promise<Page> {
  const { limit, newestFirst, after } = query;
  const values: SeriesValue[] = [];
  const pointKeys: string[] = [];
  const order = { newestFirst, after, perCall: Math.min(limit + 1, MAX_GROUPS_FIRST) };
  for await (const { point, pointKey } of eachPoint(reader, query, nowMs, order)) {
    if (values.length === limit) return { values, pointKeys, next: pointKeys.at(-1) };
    values.push({ atMs: point.atMs, value: point.value });
    pointKeys.push(pointKey);
  }
  return { values, pointKeys, next: undefined };
}

async function windowPage(reader: RollupReader, query: KindQuery, nowMs: number): Promise<Page> {
  const { limit, after } = query;
  const values: SeriesValue[] = [];
  const many = Math.min(WINDOWS_PER_READ, Math.max(limit, MIN_WINDOWS_PER_READ));
  let windows = windowsFor(query, after === undefined ? undefined : Number(after));
  for (;;) {
    const some = take(windows, many);
    const last = some.at(-1);
    if (last === undefined) return { values, pointKeys: [], next: undefined };
    const filled = (await summarizeInOrder(reader, query, some, nowMs)).filter(
      ({ summary }) => summary.count > 0,
    );
    for (const { window, summary } of filled) {
      if (values.length === limit)
        return { values, pointKeys: [], next: cursorBefore(window, query) };
      values.push(windowValue(window, summary, query.aggregate));
    }
    if (filled.length > 0) continue;
    const pointKey = await nextWithPoints(reader, query, last, nowMs);
    if (pointKey === undefined) return { values, pointKeys: [], next: undefined };
    windows = windowsFor(query, pointKey);
  }
}

/** Returns the windows of a query in the order of its result, from a position on. */
function windowsFor(
  { fromMs, toMs, newestFirst, calendar }: SeriesQuery,
  placeMs: number | undefined,
): Iterator<Window> {
  return newestFirst
    ? windowsBackFrom(fromMs, Math.min(placeMs ?? toMs, toMs), calendar)
    : windowsOf(Math.max(placeMs ?? fromMs, fromMs), toMs, calendar);
}

/**
 * Returns the next window with points after an empty one: a long range without points is skipped
 * with one read.
 */
async function nextWithPoints(
  reader: RollupReader,
  query: SeriesQuery,
  { startMs, endMs }: Window,
  nowMs: number,
): Promise<number | undefined> {
  const point = query.newestFirst
    ? await readLastPoint(reader, { ...query, toMs: startMs }, nowMs)
    : await readFirstPoint(reader, { ...query, fromMs: endMs }, nowMs);
  if (point === undefined || point.atMs < query.fromMs) return undefined;
  const window = windowAt(point.atMs, query.calendar);
  return query.newestFirst ? window.endMs : window.startMs;
}

/** Returns the position at which a page starts whose first window this is. */
function cursorBefore({ startMs, endMs }: Window, { newestFirst }: SeriesQuery): string {
  return String(newestFirst ? endMs : startMs);
}

async function summarizeInOrder(
  reader: RollupReader,
  query: KindQuery,
  windows: readonly Window[],
  nowMs: number,
): Promise<{ readonly window: Window; readonly summary: Summary }[]> {
  const inOrder = query.newestFirst ? windows.toReversed() : windows;
  const summaries = await summarize(reader, query, inOrder, nowMs);
  const pairs = inOrder.map((window, index) => ({ window, summary: summaries[index] ?? NOTHING }));
  return query.newestFirst ? pairs.toReversed() : pairs;
}

function take<T>(sequence: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const { value, done } = sequence.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

function windowValue(
  { startMs, endMs }: Window,
  summary: Summary,
  aggregate: Aggregate,
): SeriesValue {
  const { count, sum, min, max, last } = summary;
  const values: Record<Exclude<Aggregate, "raw">, JsonValue> = {
    latest: last,
    min,
    max,
    count,
    sum,
    avg: sum / count,
  };
  const value = finite(values[aggregate as Exclude<Aggregate, "raw">]);
  return { atMs: startMs, endMs, value, count, ...(aggregate === "avg" ? { min, max } : {}) };
}

/** Rejects infinite sums and differences of very large numbers: JSON would turn them into null. */
function finite<Value extends JsonValue>(value: Value): Value {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw invalid(
    "The sum of these values is too large for a number. Use min, max, latest or count.",
  );
}

/** Returns the differences of the values of a page; `before` is the value before its oldest one. */
function differencesOf(
  values: readonly SeriesValue[],
  before: number | undefined,
  { newestFirst, resetOnNegative }: SeriesQuery,
): SeriesValue[] {
  const inOrder = newestFirst ? values.toReversed() : values;
  let previous = before;
  const differences = inOrder.flatMap((one) => {
    const value = Number(one.value);
    const difference = previous === undefined ? undefined : value - previous;
    previous = value;
    if (difference === undefined) return [];
    const { min: _, max: _max, ...rest } = one;
    return [{ ...rest, value: finite(resetOnNegative && difference < 0 ? value : difference) }];
  });
  return newestFirst ? differences.toReversed() : differences;
}

/** Returns the last number before a position, however old it is. */
async function pointBefore(
  reader: RollupReader,
  query: SeriesQuery,
  pointKey: string | undefined,
  nowMs: number,
): Promise<number | undefined> {
  if (pointKey === undefined) return undefined;
  const order = { newestFirst: true, after: pointKey, perCall: FEW_GROUPS };
  const range = { ...query, fromMs: 0, toMs: query.toMs };
  for await (const { point } of eachPoint(reader, range, nowMs, order)) return Number(point.value);
  return undefined;
}

/**
 * Returns the aggregate of the last window with points before a window, however old it is. The
 * window at the start of the requested range includes only its points inside the range.
 */
async function windowBefore(
  reader: RollupReader,
  query: KindQuery,
  oldest: SeriesValue | undefined,
  nowMs: number,
): Promise<number | undefined> {
  if (oldest === undefined) return undefined;
  let toMs = windowAt(oldest.atMs, query.calendar).startMs;
  for (;;) {
    const last = await readLastPoint(reader, { ...query, toMs }, nowMs);
    if (last === undefined) return undefined;
    const earlier = windowAt(last.atMs, query.calendar);
    const straddles = earlier.startMs < query.fromMs && query.fromMs < earlier.endMs;
    if (straddles && last.atMs < query.fromMs) {
      toMs = earlier.startMs;
      continue;
    }
    const window = straddles ? { ...earlier, startMs: query.fromMs } : earlier;
    const [summary = NOTHING] = await summarize(reader, query, [window], nowMs);
    return Number(windowValue(window, summary, query.aggregate).value);
  }
}
