import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import type { ResultOf } from "@rainhooks/stage/query/question";
import type {
  listSeriesQuestion,
  seriesValuesQuestion,
} from "@rainhooks/stage/query/questions/series";
import { get } from "../api.ts";
import type { DrawnPoint } from "../chart/draw.ts";
import type { StateFrom } from "../chart/state-periods.ts";
import type { Range } from "./range.ts";

/** A series of a node. */
export type ChartSeries = ResultOf<typeof listSeriesQuestion>["series"][number];
/** Values of a series. */
export type Values = ResultOf<typeof seriesValuesQuestion>;

/** What is asked of a series, by the names of the query's parameters. */
export type SeriesParams = Readonly<Record<string, string>>;

/** Calendar intervals, and their lengths about. */
const INTERVALS = [
  ["minute", MINUTE_MS],
  ["hour", HOUR_MS],
  ["day", DAY_MS],
  ["week", 7 * DAY_MS],
  ["month", 30 * DAY_MS],
] as const;

/** How a series is drawn: numbers as a line, booleans and texts as states over time. */
export function kindOf({ kinds }: Pick<ChartSeries, "kinds">): "number" | "bool" | "text" {
  if (kinds.includes("number")) return "number";
  return kinds[0] === "bool" ? "bool" : "text";
}

const AGGREGATES = { number: "avg", bool: "latest", text: "latest" } as const;

/** Returns the shortest interval of which a range has at most as many as there are pixels. */
export function intervalFor({ fromMs, toMs }: Range, pixels: number): string {
  const fits = INTERVALS.find(([, ms]) => (toMs - fromMs) / ms <= pixels);
  return fits?.[0] ?? "year";
}

/**
 * Reads the values of a series in a range: its points, or an aggregate per interval if there are
 * more points than pixels.
 *
 * @returns The values, and what was asked for them.
 */
export async function readValues(
  node: string,
  series: ChartSeries,
  range: Range,
  pixels: number,
  zone: string,
  signal: AbortSignal,
): Promise<{ readonly asked: SeriesParams; readonly values: Values }> {
  const kind = kindOf(series);
  const common = { series: series.name, from: String(range.fromMs), to: String(range.toMs) };
  const ask = (asked: SeriesParams) =>
    get<Values & { readonly next?: string }>(
      `/v1/nodes/${encodeURIComponent(node)}/values`,
      asked,
      signal,
    );
  // A series of texts can have values of other kinds, which are shown as texts, too.
  const ofKind = kind === "text" ? {} : { kind };
  const points = { ...common, ...ofKind, limit: String(pixels) };
  const values = await ask(points);
  if (values.next === undefined) return { asked: points, values };
  const aggregate = AGGREGATES[kind];
  const interval = intervalFor(range, pixels);
  const asked = {
    ...common,
    aggregate,
    interval,
    timezone: zone,
    limit: "10000",
    ...(kind === "text" ? { kind: series.kinds[0] ?? "string" } : ofKind),
  };
  return { asked, values: await ask(asked) };
}

/** Points that are read at once, and at most for a file. */
const PAGE = 10_000;
const MAX_POINTS = 200_000;

/**
 * Reads all points of a range, of which a chart shows an aggregate.
 *
 * @param asked What was asked for the chart.
 * @throws {Error} if there are too many for a file.
 */
export async function readPoints(
  node: string,
  { series = "", from = "", to = "" }: SeriesParams,
): Promise<Values> {
  const path = `/v1/nodes/${encodeURIComponent(node)}/values`;
  const values: Values["values"][number][] = [];
  let page: string | undefined;
  for (;;) {
    const result = await get<Values & { readonly next?: string }>(path, {
      series,
      from,
      to,
      page,
      limit: PAGE,
    });
    values.push(...result.values);
    page = result.next;
    if (page === undefined) return { ...result, values };
    if (values.length >= MAX_POINTS)
      throw new Error(`There are more than ${MAX_POINTS.toLocaleString("en")} points. Zoom in.`);
  }
}

/** Values as a chart takes them. */
export function pointsOf({ values }: Values): DrawnPoint[] {
  return values.map(({ atMs, value, min, max }) => ({
    atMs,
    value: typeof value === "number" ? value : null,
    ...(min === undefined || max === undefined ? {} : { min, max }),
  }));
}

/** Values as texts, in their order. */
export function statesOf({ values }: Values): StateFrom[] {
  return values.map(({ atMs, value }) => ({
    atMs,
    value: typeof value === "string" ? value : JSON.stringify(value),
  }));
}
