import { dress } from "@rainhooks/stage/commands/output";
import type { ResultOf, View } from "@rainhooks/stage/query/question";
import {
  type listSeriesQuestion,
  seriesValuesQuestion,
} from "@rainhooks/stage/query/questions/series";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";
import { sparkline } from "@rainhooks/stage/terminal/sparkline";

type Values = ResultOf<typeof seriesValuesQuestion>;

/** Shows the series of a node as a table. */
export const seriesListView: View<ResultOf<typeof listSeriesQuestion>> = {
  header: ["node", "series", "dataType", "lastMs", "lastValue"],
  rows: ({ nodeId, series }) =>
    series.map(({ name, dataType, last }) => [
      nodeId,
      name,
      dataType,
      last?.atMs,
      last === undefined ? undefined : plain(last.value),
    ]),
  text: ({ series }) =>
    formatTable(
      ["series", "type", "last value", "at (UTC)"],
      series.map(({ name, dataType, last }) => [
        name,
        dataType ?? "-",
        last === undefined ? "-" : JSON.stringify(last.value),
        last === undefined ? "-" : formatTime(last.atMs),
      ]),
    ),
};

/** Significant digits of a printed number; further ones are rounding noise of sums. */
const DIGITS = 12;
const SPARK_WIDTH = 60;
const ZONE = seriesValuesQuestion.params.timezone.fallback?.value ?? "";

/** Shows values of a series as a table, times in the requested time zone, and a line of bars. */
export const valuesView: View<Values> = {
  header: ["node", "series", "atMs", "endMs", "value", "points"],
  rows: ({ nodeId, series, values }) =>
    values.map(({ atMs, endMs, value, count }) => [
      nodeId,
      series,
      atMs,
      endMs,
      plain(value),
      count,
    ]),
  text: (result, { timezone = ZONE }) => {
    const { values, aggregate } = result;
    if (values.length === 0) return "No points in this time range.";
    const raw = aggregate === "raw";
    const header = raw
      ? [`at (${timezone})`, "value"]
      : [`from (${timezone})`, aggregate, "points"];
    const rows = values.map(({ atMs, value, count }) => [
      formatTime(atMs, timezone),
      typeof value === "number" ? shown(value) : JSON.stringify(value),
      ...(raw ? [] : [count ?? 0]),
    ]);
    return [formatTable(header, rows), ...sparkLines(result)].join("\n");
  },
};

function sparkLines({ values }: Values): string[] {
  const inOrder = values.toSorted((a, b) => a.atMs - b.atMs);
  const numbers = inOrder.flatMap(({ value }) => (typeof value === "number" ? [value] : []));
  if (numbers.length < 2) return [];
  const min = numbers.reduce((before, number) => Math.min(before, number));
  const max = numbers.reduce((before, number) => Math.max(before, number));
  return ["", `${dress("green", sparkline(numbers, SPARK_WIDTH))}  ${shown(min)} to ${shown(max)}`];
}

function shown(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

function plain(value: unknown): string | number | boolean {
  return typeof value === "number" || typeof value === "boolean" || typeof value === "string"
    ? value
    : JSON.stringify(value);
}
