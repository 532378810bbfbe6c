import { type JsonValue, RainhooksError } from "@rainhooks/core";
import type { ValueKind } from "./kind.ts";
import { eachPoint, readFirstPoint, readLastPoint } from "./read.ts";
import type { SeriesPart } from "./rollup-item.ts";
import type { RollupReader } from "./rollups.ts";
import { summarize } from "./summarize.ts";
import { NOTHING, type Summary } from "./summary.ts";
import { type Calendar, type Window, windowAt, windowsBackFrom, windowsOf } from "./windows.ts";

/** What can be asked of the points of a window; `raw` asks for the points themselves. */
export const AGGREGATES = ["raw", "latest", "min", "max", "count", "avg", "sum"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** A question about a series. */
export interface SeriesQuery extends Omit<SeriesPart, "kind"> {
  /** Values of this kind only; `undefined` for all points of a `raw` question. */
  readonly kind: ValueKind | undefined;
  /** From this time on, epoch milliseconds. */
  readonly fromMs: number;
  /** Up to, not including this time. */
  readonly toMs: number;
  readonly aggregate: Aggregate;
  /** How the time is cut into windows; not asked for with `raw`. */
  readonly calendar: Calendar;
  /** Each value less the one before it. */
  readonly differential: boolean;
  /** Where a difference is negative, the value itself: a counter began anew. */
  readonly resetOnNegative: boolean;
  readonly newestFirst: boolean;
  /** Values at most. */
  readonly limit: number;
  /** Where an earlier page ended: its `next`. */
  readonly after?: string | undefined;
}

/** A value of an answer: a point, or what a window comes to. */
export interface SeriesValue {
  /** Of a point its time, of a window its beginning; epoch milliseconds. */
  readonly atMs: number;
  /** End of the window, not included; a point has none. */
  readonly endMs?: number;
  readonly value: JsonValue;
  /** Points in the window. */
  readonly count?: number;
}

/** A page of an answer. */
export interface SeriesAnswer {
  readonly values: readonly SeriesValue[];
  readonly next: string | undefined;
}

/** Windows that are read together: of hours enough for a whole day, which gets a rollup. */
const MIN_WINDOWS_PER_READ = 48;
const WINDOWS_PER_READ = 400;

/**
 * Answers a question about a series. What is in a window `[start, end)` is asked of all its points, from rollups where
 * there are any; windows without points are left out.
 *
 * The meanings of aggregates, windows, `differential` and `resetOnNegative` are those of RainMaker's `tsdata` API, as far as
 * it is documented. Differences are taken between the values of the answer, the first one from the value before it.
 *
 * @throws {RainhooksError} `input-invalid` for a question that its kind of values cannot answer.
 */
export async function querySeries(
  reader: RollupReader,
  asked: SeriesQuery,
  nowMs: number,
): Promise<SeriesAnswer> {
  const raw = asked.aggregate === "raw";
  const query = { ...asked, kind: asked.kind ?? "number" };
  refuseNonsense(query);
  const range = raw && !asked.differential ? asked : query;
  const { values, places, next } = await (raw
    ? rawPage(reader, range, nowMs)
    : windowPage(reader, query, nowMs));
  if (!query.differential) return { values, next };
  const oldest = query.newestFirst ? values.length - 1 : 0;
  const before = raw
    ? await pointBefore(reader, query, places[oldest], nowMs)
    : await windowBefore(reader, query, values[oldest], nowMs);
  return { values: differencesOf(values, before, query), next };
}

/** A question about values of one kind. */
type KindQuery = SeriesQuery & SeriesPart;

/** A page with the places of its points. */
interface Page extends SeriesAnswer {
  readonly places: readonly string[];
}

function refuseNonsense({ kind, aggregate, differential, resetOnNegative, fromMs, toMs }: SeriesQuery): void {
  if (fromMs >= toMs) throw invalid("The end of the time asked for must lie after its beginning.");
  const countable = aggregate === "raw" || aggregate === "latest" || aggregate === "count";
  if (kind !== "number" && !countable) {
    throw invalid(`There is no ${aggregate} of ${kind} values: ask for raw, latest or count.`);
  }
  if (differential && kind !== "number") throw invalid("Differences are taken of numbers only.");
  if (resetOnNegative && !differential)
    throw invalid("Reset on negative says something of differences only.");
}

function invalid(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message, { permanent: true });
}

async function rawPage(reader: RollupReader, query: SeriesQuery, nowMs: number): Promise<Page> {
  const { limit, newestFirst, after } = query;
  const values: SeriesValue[] = [];
  const places: string[] = [];
  const order = { newestFirst, after, perCall: limit + 1 };
  for await (const { point, place } of eachPoint(reader, query, nowMs, order)) {
    if (values.length === limit) return { values, places, next: places.at(-1) };
    values.push({ atMs: point.atMs, value: point.value });
    places.push(place);
  }
  return { values, places, next: undefined };
}

async function windowPage(reader: RollupReader, query: KindQuery, nowMs: number): Promise<Page> {
  const { limit, after } = query;
  const values: SeriesValue[] = [];
  const many = Math.min(WINDOWS_PER_READ, Math.max(limit, MIN_WINDOWS_PER_READ));
  let windows = windowsFor(query, after === undefined ? undefined : Number(after));
  for (;;) {
    const some = take(windows, many);
    const last = some.at(-1);
    if (last === undefined) return { values, places: [], next: undefined };
    const filled = (await summarizeInOrder(reader, query, some, nowMs)).filter(
      ({ summary }) => summary.count > 0,
    );
    for (const { window, summary } of filled) {
      if (values.length === limit) return { values, places: [], next: placeBefore(window, query) };
      values.push(windowValue(window, summary, query.aggregate));
    }
    if (filled.length > 0) continue;
    const place = await nextWithPoints(reader, query, last, nowMs);
    if (place === undefined) return { values, places: [], next: undefined };
    windows = windowsFor(query, place);
  }
}

/** The windows of a question in the order of its answer, from a place on. */
function windowsFor(
  { fromMs, toMs, newestFirst, calendar }: SeriesQuery,
  placeMs: number | undefined,
): Iterator<Window> {
  return newestFirst
    ? windowsBackFrom(fromMs, Math.min(placeMs ?? toMs, toMs), calendar)
    : windowsOf(Math.max(placeMs ?? fromMs, fromMs), toMs, calendar);
}

/** Where the next window begins that has points, behind one that has none: a long time without any is one read. */
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

/** Where a page begins whose first window this is. */
function placeBefore({ startMs, endMs }: Window, { newestFirst }: SeriesQuery): string {
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

function windowValue({ startMs, endMs }: Window, summary: Summary, aggregate: Aggregate): SeriesValue {
  const { count, sum, min, max, last } = summary;
  const values: Record<Exclude<Aggregate, "raw">, JsonValue> = {
    latest: last,
    min,
    max,
    count,
    sum,
    avg: sum / count,
  };
  return { atMs: startMs, endMs, value: finite(values[aggregate as Exclude<Aggregate, "raw">]), count };
}

/** Of numbers near the largest there are, sums and differences have no number: JSON would make a null of it. */
function finite<Value extends JsonValue>(value: Value): Value {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw invalid("These values add up to more than a number can hold: ask for min, max, latest or count.");
}

/** Differences of the values of a page, the value before its oldest one being given. */
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
    return [{ ...one, value: finite(resetOnNegative && difference < 0 ? value : difference) }];
  });
  return newestFirst ? differences.toReversed() : differences;
}

/** The number before a place, however long before. */
async function pointBefore(
  reader: RollupReader,
  query: SeriesQuery,
  place: string | undefined,
  nowMs: number,
): Promise<number | undefined> {
  if (place === undefined) return undefined;
  const order = { newestFirst: true, after: place, perCall: 2 };
  const range = { ...query, fromMs: 0, toMs: query.toMs };
  for await (const { point } of eachPoint(reader, range, nowMs, order)) return Number(point.value);
  return undefined;
}

/**
 * What the last window with points before a window comes to, wherever the time asked for begins. The window in which it begins
 * counts as far as it lies in it.
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
